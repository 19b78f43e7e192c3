/** What somebody who runs the rooms should look at; decides, and words nothing. */
import type { Schema } from "../api/client";
import type { Live } from "./live";
import type { PinFailed } from "./watch.svelte";

type Load = Schema["StatusView"]["load"];

export type Finding =
  | { readonly kind: "load"; readonly load: Exclude<Load, "normal"> }
  | { readonly kind: "pins"; readonly room: string; readonly name: string; readonly count: number; readonly who: string }
  | { readonly kind: "held"; readonly room: string; readonly name: string; readonly count: number }
  | { readonly kind: "alone"; readonly room: string; readonly name: string; readonly since: string };

/** Most pressing first. */
export function findings(
  rooms: Iterable<Live>, pins: readonly PinFailed[], load: Load, now_ms: number,
): Finding[] {
  const all = [...rooms];
  const found: Finding[] = load === "normal" ? [] : [{ kind: "load", load }];
  const wrong = new Map<string, PinFailed[]>();
  for (const pin of pins) {
    if (now_ms - Date.parse(pin.time) > PINS_MS) continue;
    wrong.set(pin.data.room, [...(wrong.get(pin.data.room) ?? []), pin]);
  }
  for (const [room, failed] of wrong) {
    const last = failed.at(-1);
    if (last === undefined) continue;
    const { extension, title, from_number: who } = last.data;
    found.push({ kind: "pins", room, name: `${extension} ${title}`, count: failed.length, who });
  }
  for (const live of all) {
    const name = `${live.extension} ${live.title}`;
    const rows = [...live.rows.values()];
    const held = rows.filter((row) => row.view.held).length;
    if (held > 0) found.push({ kind: "held", room: live.room, name, count: held });
    const [only] = rows;
    if (rows.length === 1 && only && now_ms - Date.parse(only.view.joined_at) > ALONE_MS) {
      found.push({ kind: "alone", room: live.room, name, since: only.view.joined_at });
    }
  }
  return found;
}

/** Somebody who mistyped has called again by then. */
const PINS_MS = 10 * 60_000;
/** Others come a few minutes late; after that something may be wrong with the invitation. */
const ALONE_MS = 5 * 60_000;
