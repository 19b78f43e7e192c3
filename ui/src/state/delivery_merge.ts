/** Puts the newest deliveries together with those that are listed already. */

interface Listed {
  readonly id: string;
}

/**
 * Newest first: an id begins with its time. Nothing is left of what was listed when something may
 * be missing between it and what came.
 */
export function merged<T extends Listed>(listed: readonly T[], fresh: readonly T[], whole: boolean): T[] {
  const known = new Set(listed.map(({ id }) => id));
  if (whole || !fresh.some(({ id }) => known.has(id))) return [...fresh];
  const renewed = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...listed.filter(({ id }) => !renewed.has(id))].sort(newestFirst);
}

function newestFirst(one: Listed, other: Listed): number {
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0;
}
