/** Which calls the list shows, as its address and as the question to the server. */

export interface Filter {
  readonly number: string;
  readonly room: string;
  /** Days of the reader's calendar: 2026-11-05. */
  readonly from: string;
  readonly to: string;
  readonly problems: boolean;
}

export interface Query {
  number?: string;
  room?: string;
  from?: string;
  to?: string;
  problem?: boolean;
}

export function filterOf(address: URLSearchParams): Filter {
  const day = (name: string) => {
    const text = address.get(name) ?? "";
    return begins(text) === undefined ? "" : text;
  };
  return {
    number: address.get("number") ?? "",
    room: address.get("room") ?? "",
    from: day("from"),
    to: day("to"),
    problems: address.get("problem") === "true",
  };
}

export function addressOf(filter: Filter): string {
  const address = new URLSearchParams();
  if (filter.number) address.set("number", filter.number);
  if (filter.room) address.set("room", filter.room);
  if (filter.from) address.set("from", filter.from);
  if (filter.to) address.set("to", filter.to);
  if (filter.problems) address.set("problem", "true");
  const text = address.toString();
  return text ? `/calls?${text}` : "/calls";
}

export function queryOf(filter: Filter): Query {
  const from = begins(filter.from);
  const to = begins(filter.to, 1);
  return {
    ...(filter.number ? { number: filter.number } : {}),
    ...(filter.room ? { room: filter.room } : {}),
    ...(from ? { from: from.toISOString() } : {}),
    ...(to ? { to: to.toISOString() } : {}),
    ...(filter.problems ? { problem: true } : {}),
  };
}

/** Midnight of a day where the reader is, or of a day after it. */
function begins(day: string, later = 0): Date | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) return undefined;
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  const found = new Date(year, month - 1, date + later);
  return Number.isNaN(found.getTime()) ? undefined : found;
}
