/** Where things stand in a list that people point at; knows nothing of what is in it. */

/**
 * The list as it is to be shown. While it is frozen nothing that is shown moves or goes: what is
 * new is put at the end.
 */
export function arrange(
  wanted: readonly string[], shown: readonly string[], frozen: boolean,
): readonly string[] {
  if (!frozen) return same(wanted, shown) ? shown : wanted;
  const here = new Set(shown);
  const added = wanted.filter((id) => !here.has(id));
  return added.length === 0 ? shown : [...shown, ...added];
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}

/** The rows to draw: those in view and a few before and after. `last` is not among them. */
export function inView(
  count: number, row_px: number, scrolled_px: number, height_px: number,
): { first: number; last: number } {
  const top = Math.floor(scrolled_px / Math.max(1, row_px));
  const fit = Math.ceil(height_px / Math.max(1, row_px));
  const first = Math.max(0, Math.min(top, count - fit) - BEYOND);
  return { first, last: Math.min(count, first + fit + 2 * BEYOND) };
}

/** So that a quick turn of the wheel shows rows and not a gap. */
const BEYOND = 8;

/** The place after a step from `from`, which may be nowhere (-1). */
export function step(from: number, by: number, count: number): number {
  if (from < 0) return by > 0 ? 0 : count - 1;
  return Math.max(0, Math.min(count - 1, from + by));
}
