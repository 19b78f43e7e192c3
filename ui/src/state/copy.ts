/** Puts text on the clipboard, also where the page came over plain HTTP, and says whether it did. */
import { t } from "../i18n/index.svelte";
import { notices } from "./notice.svelte";

export async function copy(text: string): Promise<void> {
  if (await copied(text)) notices.done(t("shell.copied"));
  else notices.failed(t("shell.not_copied"));
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The clipboard's own way is kept for secure pages; this one is old and works everywhere. */
function copyBySelection(text: string): boolean {
  const before = document.activeElement as HTMLElement | null;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  // Inside an open dialog: the rest of the page cannot be selected then.
  (before?.closest("dialog") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  before?.focus();
  return done;
}
