/** What somebody who runs the rooms should look at; decides, and words nothing. */
import type { House, NowView, PinFailed } from "./house";
import type { Live } from "./live";
import type { Recording } from "./recordings";

type Said = NowView["attention"][number];

export type Finding =
  | { readonly kind: Said["kind"]; readonly key: string; readonly said: Said }
  | { readonly kind: "pins"; readonly key: string; readonly count: number; readonly last: PinFailed["data"] }
  | { readonly kind: "alone"; readonly key: string; readonly room: Live }
  | { readonly kind: "recording"; readonly key: string; readonly recording: Recording };

/** What the server says first, then what was heard here, then recordings that were cut short. */
export function findings(house: House, now_ms: number, cut: readonly Recording[] = []): Finding[] {
  const found: Finding[] = house.attention.map((said) => {
    const key = `${said.kind} ${said.room?.room ?? ""} ${said.who?.id ?? ""}`;
    return { kind: said.kind, key, said };
  });
  const wrong = new Map<string, PinFailed[]>();
  for (const pin of house.pins) {
    if (now_ms - Date.parse(pin.time) > PINS_MS) continue;
    wrong.set(pin.data.room, [...(wrong.get(pin.data.room) ?? []), pin]);
  }
  for (const [room, failed] of wrong) {
    const last = failed.at(-1)?.data;
    if (last) found.push({ kind: "pins", key: `pins ${room}`, count: failed.length, last });
  }
  for (const room of house.rooms.values()) {
    const [only] = room.rows.values();
    if (room.rows.size !== 1 || only === undefined) continue;
    const long = now_ms - Date.parse(only.view.joined_at) > ALONE_MS;
    if (long) found.push({ kind: "alone", key: `alone ${room.room}`, room });
  }
  for (const recording of cut) {
    if (now_ms - Date.parse(recording.ended_at ?? recording.started_at) > CUT_MS) continue;
    found.push({ kind: "recording", key: `recording ${recording.id}`, recording });
  }
  return found;
}

/** Somebody who mistyped has called again by then. */
const PINS_MS = 10 * 60_000;
/** Somebody comes by every day. */
const CUT_MS = 24 * 3_600_000;
/** Others come a few minutes late; after that something may be wrong with the invitation. */
const ALONE_MS = 5 * 60_000;
