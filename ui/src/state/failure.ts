/** Turns what went wrong into a sentence for a person. */
import { Refused } from "../api/problem";
import { locale, t } from "../i18n/index.svelte";
import { inGerman } from "../i18n/refusals";
import { notices } from "./notice.svelte";

/** The refusal behind an error; anything else is a fault of ours and is thrown on. */
export function refusal(error: unknown): Refused {
  if (error instanceof Refused) return error;
  throw error;
}

export function sentence(refused: Refused): string {
  return refused.status === 0 ? t("shell.no_answer") : inWords(refused.message);
}

/** The server's words, in the reader's language. */
export function inWords(said: string): string {
  return locale.language === "de" ? inGerman(said) : said;
}

/** Does it, and says so if it was refused. True when it was done. */
export async function attempt(what: Promise<unknown>): Promise<boolean> {
  try {
    await what;
    return true;
  } catch (error) {
    notices.failed(`${t("shell.failed")}: ${sentence(refusal(error))}`);
    return false;
  }
}
