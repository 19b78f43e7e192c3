/** What somebody who runs the rooms should look at; decides, and words nothing. */
import type { House, NowView, PinFailed } from "./house";
import type { Live } from "./live";

type Said = NowView["attention"][number];

export type Finding =
  | { readonly kind: Said["kind"]; readonly key: string; readonly said: Said }
  | { readonly kind: "pins"; readonly key: string; readonly count: number; readonly last: PinFailed["data"] }
  | { readonly kind: "alone"; readonly key: string; readonly room: Live };

/** What the server says first, then what was heard here. */
export function findings(house: House, now_ms: number): Finding[] {
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
  return found;
}

/** Somebody who mistyped has called again by then. */
const PINS_MS = 10 * 60_000;
/** Others come a few minutes late; after that something may be wrong with the invitation. */
const ALONE_MS = 5 * 60_000;
