/** A meeting's times as a form has them, and as the API wants them. */

/** `2026-11-24T10:00` of this browser's clock with its offset on that day (RFC 3339). */
export function rfc3339(local: string): string | undefined {
  const date = new Date(local);
  if (local === "" || Number.isNaN(date.getTime())) return undefined;
  return withOffset(date);
}

/** The end of a meeting that lasts so many minutes. */
export function after(local: string, minutes: number): string | undefined {
  const start = new Date(local).getTime();
  if (Number.isNaN(start) || !(minutes > 0)) return undefined;
  return withOffset(new Date(start + minutes * 60_000));
}

function withOffset(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const east = -date.getTimezoneOffset();
  const sign = east < 0 ? "-" : "+";
  const offset = `${sign}${two(Math.floor(Math.abs(east) / 60))}:${two(Math.abs(east) % 60)}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:00${offset}`;
}
