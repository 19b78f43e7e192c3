/** What a search over everything finds, best first; asks nobody and words nothing. */

/** Something to go to. */
export interface Place {
  readonly kind: "page" | "room" | "live" | "person" | "calls";
  readonly href: string;
  readonly title: string;
  /** What stands beside the title, and is searched too. */
  readonly beside: string;
}

/** Whether every word of the query begins a word of the text, or stands in a number of it. */
export function fits(query: string, text: string): boolean {
  const there = words(text);
  return words(query).every((asked) =>
    there.some((word) => word.startsWith(asked) || (/\d/.test(asked) && word.includes(asked))),
  );
}

/** Those that fit, the ones whose title begins with the query first, a few of each kind. */
export function found(query: string, places: readonly Place[]): Place[] {
  if (words(query).length === 0) return [];
  const first = query.trim().toLowerCase();
  const rank = (place: Place) => (place.title.toLowerCase().startsWith(first) ? 0 : 1);
  const kept: Place[] = [];
  for (const kind of KINDS) {
    const fitting = places
      .filter((place) => place.kind === kind && (kind === "calls" || fits(query, `${place.title} ${place.beside}`)))
      .map((place, at) => ({ place, at }))
      .sort((one, other) => rank(one.place) - rank(other.place) || one.at - other.at);
    kept.push(...fitting.slice(0, OF_EACH).map(({ place }) => place));
  }
  return kept;
}

function words(text: string): string[] {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

export const KINDS = ["live", "person", "room", "page", "calls"] as const;
/** More are found by typing more, and none are out of sight. */
const OF_EACH = 6;
