/** The settings there are, in the order in which they are listed, and who may see each. */
import type { Key } from "../../i18n/index.svelte";
import type { Permission } from "../../state/session.svelte";

export interface Place {
  readonly href: string;
  readonly title: Key;
  /** Without it, everybody who is signed in. */
  readonly needs?: Permission;
}

export const PLACES: readonly Place[] = [
  { href: "/settings", title: "access.account" },
  { href: "/settings/users", title: "access.users", needs: "users:write" },
  { href: "/settings/tokens", title: "access.tokens", needs: "tokens:write" },
  { href: "/settings/menus", title: "menus.title", needs: "rooms:read" },
  { href: "/settings/profiles", title: "profiles.title", needs: "rooms:read" },
  { href: "/settings/extensions", title: "extensions.title", needs: "system:read" },
  { href: "/settings/trunks", title: "trunks.title", needs: "system:read" },
  { href: "/settings/phones", title: "phones.title", needs: "system:read" },
  { href: "/settings/webhooks", title: "webhooks.title", needs: "webhooks:write" },
  { href: "/settings/certificate", title: "certificate.title", needs: "system:read" },
  { href: "/settings/backup", title: "backup.title", needs: "system:write" },
  { href: "/settings/audit", title: "access.audit", needs: "audit:read" },
];
