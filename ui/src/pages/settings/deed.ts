/** What a line of the audit log says was done, in words; an unknown word stays as it is. */
import { t, type Key } from "../../i18n/index.svelte";
import { en } from "../../i18n/access";

export function deed(action: string): string {
  const key = `access.deed.${action}`;
  return key in en ? t(key as Key) : action;
}
