/** All live rooms: a snapshot and the events after it; knows no server and no clock. */
import type { Schema } from "../api/client";
import { begin, roomOf, unknown, type Live, type LiveEvent } from "./live";
import { after } from "./live_draft";

export type NowView = Schema["NowView"];
export type PinFailed = Extract<LiveEvent, { type: "pin.failed" }>;

export interface House {
  /** Those that somebody is in or at the door of, by their ids. */
  readonly rooms: ReadonlyMap<string, Live>;
  readonly attention: NowView["attention"];
  readonly load: NowView["load"];
  /** The last wrong PINs, oldest first. */
  readonly pins: readonly PinFailed[];
}

/** As just read. */
export function open(view: NowView, now_ms: number, before?: House): House {
  const rooms = view.items.map((room): [string, Live] =>
    [room.room, begin(room, now_ms, before?.rooms.get(room.room))]);
  const { attention, load } = view;
  return { rooms: new Map(rooms), attention, load, pins: before?.pins ?? [] };
}

/** After these events. Those that come twice change nothing more. */
export function hear(house: House, events: readonly LiveEvent[]): House {
  const rooms = new Map(house.rooms);
  for (const [room, about] of byRoom(events)) {
    const known = rooms.get(room) ?? opened(about[0]);
    if (known === undefined) continue;
    const live = after(known, about);
    if (live.deleted || live.rows.size + live.waiting.size === 0) rooms.delete(room);
    else rooms.set(room, live);
  }
  const last = house.pins.at(-1)?.id ?? 0;
  const failed = events.filter((event) => event.type === "pin.failed" && event.id > last);
  return { ...house, rooms, pins: [...house.pins, ...(failed as PinFailed[])].slice(-PINS_MAX) };
}

function byRoom(events: readonly LiveEvent[]): Map<string, LiveEvent[]> {
  const rooms = new Map<string, LiveEvent[]>();
  for (const event of events) {
    const about = rooms.get(roomOf(event));
    if (about === undefined) rooms.set(roomOf(event), [event]);
    else about.push(event);
  }
  return rooms;
}

/** A room of which nothing was known. */
function opened(event: LiveEvent | undefined): Live | undefined {
  if (event === undefined || event.type === "room.updated") return undefined;
  return unknown(event.data);
}

const PINS_MAX = 50;
