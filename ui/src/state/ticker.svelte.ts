/** The server's time, as well as a browser can know it; moves once a second. */
import { createSubscriber } from "svelte/reactivity";

const tick = createSubscriber((update) => {
  const timer = setInterval(update, 1_000);
  return () => clearInterval(timer);
});

/** How far this clock is ahead of the server's: the least delay an event seemed to have. */
let ahead_ms = 0;
let heard = false;

/** An event of the server's time `iso` has just come. */
export function heardAt(iso: string): void {
  const delay_ms = Date.now() - Date.parse(iso);
  if (Number.isNaN(delay_ms)) return;
  ahead_ms = heard ? Math.min(ahead_ms, delay_ms) : delay_ms;
  heard = true;
}

/** Milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() - ahead_ms;
}

/** The same; whoever reads it while drawing is drawn anew every second. */
export function nowMs(): number {
  tick();
  return serverNow();
}

/** Whole seconds since then. */
export function secondsSince(iso: string): number {
  return Math.max(0, Math.floor((nowMs() - Date.parse(iso)) / 1_000));
}
