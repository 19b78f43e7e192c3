/** Where a profile is looked at and changed. */
import type { Schema } from "../../../api/client";

export function placeOf({ kind, name }: Pick<Schema["ProfileView"], "kind" | "name">): string {
  return `/settings/profiles/${kind}/${encodeURIComponent(name.toLowerCase())}`;
}
