/** What goes on in one room: a snapshot and the events after it; knows no server and no clock. */
import type { Schema } from "../api/client";
import type { EventType, NumberedEvent } from "./stream.svelte";

export type LiveView = Schema["LiveView"];
export type ParticipantView = Schema["ParticipantView"];
/** What of a room's view is followed here. */
export type Snapshot = Pick<
  LiveView, "room" | "title" | "extension" | "started_at" | "locked" | "participants"
>;

/** One participant. A row that did not change stays the same object. */
export interface Row {
  readonly view: ParticipantView;
  /** Spoken so far, without what is being said since `since_ms`. */
  readonly spoke_ms: number;
  /** When what is being said began; undefined while silent. */
  readonly since_ms: number | undefined;
  /** When it last fell silent, if that was seen. */
  readonly until_ms: number | undefined;
  /** The newest event about this participant. */
  readonly seen: number;
}

/** What the log tells in words. */
export type Told =
  | "started" | "ended" | "locked" | "unlocked" | "joined" | "left" | "removed" | "muted"
  | "unmuted" | "held" | "resumed" | "renamed" | "pin_failed";

export interface Entry {
  readonly id: number;
  readonly time: string;
  readonly told: Told;
  readonly who?: ParticipantView;
  /** The name before, when renamed; the caller's number when a PIN was wrong. */
  readonly detail?: string | undefined;
}

export interface Live {
  readonly room: string;
  readonly title: string;
  readonly extension: string;
  readonly started_at: string | undefined;
  readonly locked: boolean;
  /** In the order in which they came. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Those who left last: a late event does not bring them back. */
  readonly gone: ReadonlyMap<string, Row>;
  /** Oldest first. */
  readonly log: readonly Entry[];
  readonly deleted: boolean;
  /** The newest events about the lock and the end. */
  readonly seen: { readonly lock: number; readonly end: number };
}

const PARTICIPANT = {
  "participant.joined": "joined",
  "participant.left": "left",
  "participant.removed": "removed",
  "participant.muted": "muted",
  "participant.unmuted": "unmuted",
  "participant.speaking_started": undefined,
  "participant.speaking_stopped": undefined,
  "participant.held": "held",
  "participant.resumed": "resumed",
  "participant.renamed": "renamed",
} as const satisfies Partial<Record<EventType, Told | undefined>>;

type ParticipantType = keyof typeof PARTICIPANT;

/** Everything that changes what goes on in a room. */
export const LIVE_EVENTS = [
  ...(Object.keys(PARTICIPANT) as ParticipantType[]),
  "session.started", "session.ended", "session.locked", "session.unlocked",
  "room.updated", "room.deleted", "pin.failed",
] as const satisfies readonly EventType[];

export type LiveEvent = Extract<NumberedEvent, { type: (typeof LIVE_EVENTS)[number] }>;
type About = Extract<NumberedEvent, { type: ParticipantType }>;

/** The room that the event is about. */
export function roomOf(event: LiveEvent): string {
  return event.type === "room.updated" ? event.data.id : event.data.room;
}

/** The room as just read. What was heard before of the same room is kept: log and talk time. */
export function begin(view: Snapshot, now_ms: number, before?: Live): Live {
  const rows = new Map<string, Row>();
  for (const one of view.participants) {
    const known = before?.rows.get(one.id);
    const since_ms = one.talking ? (known?.since_ms ?? now_ms) : undefined;
    const said = known?.since_ms === undefined || one.talking ? 0 : now_ms - known.since_ms;
    const spoke_ms = (known?.spoke_ms ?? 0) + said;
    const until_ms = known?.since_ms === undefined || one.talking ? known?.until_ms : now_ms;
    rows.set(one.id, { view: one, spoke_ms, since_ms, until_ms, seen: known?.seen ?? 0 });
  }
  return {
    room: view.room,
    title: view.title,
    extension: view.extension,
    started_at: view.started_at ?? undefined,
    locked: view.locked,
    rows,
    gone: before?.gone ?? new Map(),
    log: before?.log ?? [],
    deleted: false,
    seen: before?.seen ?? { lock: 0, end: 0 },
  };
}

/** The room after these events. Told twice or in the wrong order, they change nothing more. */
export function after(live: Live, events: readonly LiveEvent[]): Live {
  const draft = new Draft(live);
  for (const event of events) draft.take(event);
  return draft.live;
}

export function speaking(live: Live): Row[] {
  return [...live.rows.values()]
    .filter((row) => row.view.talking)
    .sort((one, other) => (one.since_ms ?? 0) - (other.since_ms ?? 0));
}

/** When the last voice fell silent; undefined while somebody speaks or when nobody was heard. */
export function quietSince(live: Live): number | undefined {
  let latest: number | undefined;
  for (const row of [...live.rows.values(), ...live.gone.values()]) {
    if (row.since_ms !== undefined) return undefined;
    latest = Math.max(row.until_ms ?? 0, latest ?? 0) || undefined;
  }
  return latest;
}

export interface Share {
  readonly row: Row;
  readonly ms: number;
  /** Of all that was said, 0 to 1. */
  readonly part: number;
}

/** Who has spoken how much, most first. */
export function shares(live: Live, now_ms: number, most: number): Share[] {
  const all = [...live.rows.values()].map((row) => ({ row, ms: spoken(row, now_ms) }));
  const sum = all.reduce((total, { ms }) => total + ms, 0);
  return all
    .filter(({ ms }) => ms >= 1_000)
    .sort((one, other) => other.ms - one.ms)
    .slice(0, most)
    .map(({ row, ms }) => ({ row, ms, part: ms / sum }));
}

export function spoken(row: Row, now_ms: number): number {
  const since_ms = row.since_ms ?? now_ms;
  return row.spoke_ms + Math.max(0, now_ms - since_ms);
}

/** Copies what it changes once, however many events there are. */
class Draft {
  #rows: Map<string, Row> | undefined;
  #gone: Map<string, Row> | undefined;
  #log: Entry[] | undefined;

  constructor(public live: Live) {}

  take(event: LiveEvent): void {
    switch (event.type) {
      case "session.started":
        if (event.id <= this.live.seen.end) return;
        if (this.#tell(event, "started")) this.#set({ started_at: event.time });
        return;
      case "session.ended":
        this.#end(event);
        return;
      case "session.locked":
      case "session.unlocked":
        this.#lock(event, event.type === "session.locked");
        return;
      case "room.updated":
        this.#set({ title: event.data.title, extension: event.data.extension });
        return;
      case "room.deleted":
        this.#set({ deleted: true });
        return;
      case "pin.failed":
        this.#tell(event, "pin_failed", { detail: event.data.from_number });
        return;
      default:
        this.#participant(event);
    }
  }

  #participant(event: About): void {
    const view = event.data.participant;
    const known = this.live.rows.get(view.id);
    const before = known ?? this.live.gone.get(view.id);
    const leaves = event.type === "participant.left" || event.type === "participant.removed";
    const told = PARTICIPANT[event.type];
    // Whoever was removed has left as well: one line is enough.
    if (told !== undefined && !(event.type === "participant.left" && before && !known)) {
      const renamed = told === "renamed" && before ? { detail: before.view.name ?? "" } : {};
      this.#tell(event, told, { who: view, ...renamed });
    }
    if (event.id <= (before?.seen ?? 0) || event.id <= this.live.seen.end) return;
    const row = next(before, leaves ? { ...view, talking: false } : view, event);
    if (leaves) this.#leave(row);
    else if (known !== undefined || before === undefined) this.#come(row, event.time);
  }

  #come(row: Row, time: string): void {
    this.#rows ??= new Map(this.live.rows);
    this.#rows.set(row.view.id, row);
    this.#set({ rows: this.#rows, started_at: this.live.started_at ?? time });
  }

  #leave(row: Row): void {
    this.#rows ??= new Map(this.live.rows);
    this.#rows.delete(row.view.id);
    this.#gone ??= new Map(this.live.gone);
    this.#gone.set(row.view.id, row);
    if (this.#gone.size > GONE_MAX) {
      const [oldest] = this.#gone.keys();
      if (oldest !== undefined) this.#gone.delete(oldest);
    }
    this.#set({ rows: this.#rows, gone: this.#gone });
  }

  #end(event: LiveEvent): void {
    if (event.id <= this.live.seen.end) return;
    this.#tell(event, "ended");
    for (const row of [...this.live.rows.values()]) {
      if (row.seen < event.id) this.#leave(next(row, { ...row.view, talking: false }, event));
    }
    const seen = { lock: Math.max(event.id, this.live.seen.lock), end: event.id };
    const locked = event.id < this.live.seen.lock && this.live.locked;
    const started_at = this.live.rows.size > 0 ? this.live.started_at : undefined;
    this.#set({ started_at, locked, seen });
  }

  #lock(event: LiveEvent, locked: boolean): void {
    this.#tell(event, locked ? "locked" : "unlocked");
    if (event.id <= this.live.seen.lock) return;
    this.#set({ locked, seen: { ...this.live.seen, lock: event.id } });
  }

  /** Puts it where it belongs by its number; false when it was there already. */
  #tell(event: LiveEvent, told: Told, more: Pick<Entry, "who" | "detail"> = {}): boolean {
    const log = this.live.log;
    let place = log.length;
    while (place > 0 && (log[place - 1]?.id ?? 0) > event.id) place -= 1;
    if (log[place - 1]?.id === event.id) return false;
    if (place === 0 && log.length >= LOG_MAX) return false;
    this.#log ??= [...log];
    this.#log.splice(place, 0, { id: event.id, time: event.time, told, ...more });
    if (this.#log.length > LOG_MAX) this.#log.shift();
    this.#set({ log: this.#log });
    return true;
  }

  #set(changed: Partial<Live>): void {
    this.live = { ...this.live, ...changed };
  }
}

function next(before: Row | undefined, view: ParticipantView, event: LiveEvent): Row {
  const at_ms = Date.parse(event.time);
  const since_ms = before?.since_ms;
  const spoke_ms = before?.spoke_ms ?? 0;
  const until_ms = before?.until_ms;
  const seen = event.id;
  if (view.talking) return { view, spoke_ms, since_ms: since_ms ?? at_ms, until_ms, seen };
  if (since_ms === undefined) return { view, spoke_ms, since_ms, until_ms, seen };
  const said_ms = Math.max(0, at_ms - since_ms);
  return { view, spoke_ms: spoke_ms + said_ms, since_ms: undefined, until_ms: at_ms, seen };
}

/** Events told in words; more is in the room's history. */
export const LOG_MAX = 200;
/** Longer than any event may be late. */
const GONE_MAX = 500;
