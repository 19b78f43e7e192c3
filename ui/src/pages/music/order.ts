/** Moves one of several to another place. */
export function moved<T>(all: readonly T[], from: number, to: number): T[] {
  const place = Math.min(Math.max(to, 0), all.length - 1);
  const rest = all.filter((_, at) => at !== from);
  const one = all[from];
  return one === undefined ? [...all] : [...rest.slice(0, place), one, ...rest.slice(place)];
}
