/** Keeps a name from turning round the words beside it (UAX #9). */

/** Letters written from right to left, and the signs that say which way to write. */
const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;
const [FIRST_STRONG_ISOLATE, POP] = ["\u2068", "\u2069"];

/** As it is, unless something in it turns; a name may open what it does not close, so that is closed. */
export function isolated(text: string): string {
  if (!TURNS.test(text)) return text;
  const open = (text.match(/[\u2066-\u2068]/g) ?? []).length;
  const closed = (text.match(/\u2069/g) ?? []).length;
  return `${FIRST_STRONG_ISOLATE}${text}${POP.repeat(1 + Math.max(0, open - closed))}`;
}
