/** What events change in what is known of a room; knows no server and no clock. */
import {
  NAMED_MAX, PARTICIPANT, unknown, waits, type Entry, type Live, type LiveEvent, type ParticipantType,
  type ParticipantView, type Row, type Told, type Waiter, type Who,
} from "./live";

type About = Extract<LiveEvent, { type: ParticipantType }>;
type Tape = Extract<LiveEvent, { type: "recording.started" | "recording.stopped" }>;
type Door = Extract<LiveEvent, { type: "participant.waiting" | "participant.waiting_ended" }>;
const LEAVING: ReadonlySet<string> = new Set<ParticipantType>([
  "participant.left", "participant.removed", "participant.sent_away", "participant.moved",
]);

/** The room after these events. Told twice or in the wrong order, they change nothing more. */
export function after(live: Live, events: readonly LiveEvent[]): Live {
  const draft = new Draft(live);
  for (const event of events) draft.take(event);
  return draft.live;
}

/** With what the log says of events that were over before the room was read. */
export function recall(live: Live, past: readonly LiveEvent[]): Live {
  const told = after(unknown(live), past).log;
  const [oldest, newest] = [told[0]?.first, told.at(-1)?.id];
  if (oldest === undefined || newest === undefined) return live;
  const before = live.log.filter((entry) => entry.id < oldest);
  const since = live.log.filter((entry) => entry.first > newest);
  return { ...live, log: [...before, ...told, ...since].slice(-LOG_MAX) };
}

class Draft {
  #rows: Map<string, Row> | undefined;
  #gone: Map<string, Row> | undefined;
  #waiting: Map<string, Waiter> | undefined;
  #waited: Map<string, number> | undefined;
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
      case "session.muted":
      case "session.unmuted":
        this.#muteAll(event, event.type === "session.muted");
        return;
      case "recording.started":
      case "recording.stopped":
        this.#record(event, event.type === "recording.started");
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
      case "participant.waiting":
      case "participant.waiting_ended":
        this.#door(event);
        return;
      default:
        this.#participant(event);
    }
  }

  #participant(event: About): void {
    const view = event.data.participant;
    const known = this.live.rows.get(view.id);
    const before = known ?? this.live.gone.get(view.id);
    this.#tellOf(event, before, known === undefined && before !== undefined);
    if (event.id <= (before?.seen ?? 0) || event.id <= this.live.seen.end) return;
    if (LEAVING.has(event.type)) this.#leave(next(before, { ...view, talking: false }, event));
    else if (known !== undefined || before === undefined) this.#come(next(before, view, event), event);
  }

  #tellOf(event: About, before: Row | undefined, left: boolean): void {
    const told = PARTICIPANT[event.type];
    const who = event.data.participant;
    // Whoever was removed or moved has left as well: one line is enough.
    if (told === undefined || (told === "left" && left)) return;
    if (told === "poor_line" && who.quality?.verdict !== "poor") return;
    if (event.type === "participant.moved") {
      this.#tell(event, told, { who, detail: `${event.data.to.extension} ${event.data.to.title}` });
    } else if (event.type === "participant.role_changed") this.#tell(event, standing(who), { who });
    else if (told === "renamed") this.#tell(event, told, { who, detail: before?.view.name ?? "" });
    else this.#tell(event, told, { who });
  }

  #come(row: Row, event: About): void {
    const id = row.view.id;
    this.#rows ??= new Map(this.live.rows);
    this.#rows.set(id, row);
    if (this.live.waiting.has(id)) this.#stopWaiting(id, event.id);
    this.#set({ rows: this.#rows, started_at: this.live.started_at ?? event.time });
  }

  #leave(row: Row): void {
    this.#rows ??= new Map(this.live.rows);
    this.#rows.delete(row.view.id);
    this.#gone ??= new Map(this.live.gone);
    this.#gone.set(row.view.id, row);
    bound(this.#gone);
    this.#set({ rows: this.#rows, gone: this.#gone });
  }

  #door(event: Door): void {
    const view = event.data.waiting;
    const known = this.live.waiting.get(view.id);
    const seen = Math.max(known?.seen ?? 0, this.live.waited.get(view.id) ?? 0);
    if (event.id <= seen) return;
    if (event.type === "participant.waiting_ended" || !waits(view)) {
      this.#stopWaiting(view.id, event.id);
      return;
    }
    if (this.live.waited.has(view.id) || this.live.rows.has(view.id)) return;
    if (known === undefined) this.#tell(event, "waiting", { who: view });
    this.#waiting ??= new Map(this.live.waiting);
    this.#waiting.set(view.id, { view, seen: event.id });
    this.#set({ waiting: this.#waiting });
  }

  #stopWaiting(id: string, seen: number): void {
    this.#waiting ??= new Map(this.live.waiting);
    this.#waiting.delete(id);
    this.#waited ??= new Map(this.live.waited);
    this.#waited.set(id, seen);
    bound(this.#waited);
    this.#set({ waiting: this.#waiting, waited: this.#waited });
  }

  #end(event: LiveEvent): void {
    if (event.id <= this.live.seen.end) return;
    this.#tell(event, "ended");
    for (const row of [...this.live.rows.values()]) {
      if (row.seen < event.id) this.#leave(next(row, { ...row.view, talking: false }, event));
    }
    const { lock, muting } = this.live.seen;
    const later = { lock: Math.max(event.id, lock), muting: Math.max(event.id, muting) };
    const seen = { ...this.live.seen, ...later, end: event.id };
    const locked = event.id < lock && this.live.locked;
    const muted = event.id < muting && this.live.muted;
    const started_at = this.live.rows.size > 0 ? this.live.started_at : undefined;
    this.#set({ started_at, locked, muted, seen });
  }

  #lock(event: LiveEvent, locked: boolean): void {
    this.#tell(event, locked ? "locked" : "unlocked");
    if (event.id <= this.live.seen.lock) return;
    this.#set({ locked, seen: { ...this.live.seen, lock: event.id } });
  }

  #muteAll(event: LiveEvent, muted: boolean): void {
    this.#tell(event, muted ? "all_muted" : "all_unmuted");
    if (event.id <= this.live.seen.muting) return;
    this.#set({ muted, seen: { ...this.live.seen, muting: event.id } });
  }

  #record(event: Tape, runs: boolean): void {
    const { recording: id } = event.data;
    this.#tell(event, runs ? "recording_started" : "recording_stopped");
    if (event.id <= this.live.seen.recording) return;
    const recording = runs ? { id, since: event.time } : undefined;
    this.#set({ recording, seen: { ...this.live.seen, recording: event.id } });
  }

  /** Puts it where it belongs by its number; false when it was there already. */
  #tell(event: LiveEvent, told: Told, more: Pick<Entry, "who" | "detail"> = {}): boolean {
    const log = this.live.log;
    let place = log.length;
    while (place > 0 && (log[place - 1]?.first ?? 0) > event.id) place -= 1;
    if (log.slice(Math.max(0, place - NEAR)).some((entry) => isIn(entry, event.id, told))) return false;
    if (place === 0 && log.length >= LOG_MAX) return false;
    this.#log ??= [...log];
    const until_ms = Date.parse(event.time);
    const by = event.by ?? undefined;
    const last = TOGETHER.has(told) && place === log.length;
    const same = last ? this.#together(told, until_ms, by?.id) : -1;
    const known = this.#log[same];
    if (known) this.#log[same] = { ...joinedBy(known, more.who), id: event.id, until_ms };
    else {
      const single = { id: event.id, first: event.id, more: 0, others: [] };
      const entry = { ...single, time: event.time, until_ms, told, by, ...more };
      this.#log.splice(place, 0, entry);
    }
    if (this.#log.length > LOG_MAX) this.#log.shift();
    this.#set({ log: this.#log });
    return true;
  }

  /** The place of what was done to others in the same moment; -1 when there is none. */
  #together(told: Told, now_ms: number, by: string | undefined): number {
    const log = this.#log ?? [];
    for (let place = log.length - 1; place >= Math.max(0, log.length - NEAR); place -= 1) {
      const entry = log[place];
      if (entry?.told === told && entry.by?.id === by && Math.abs(now_ms - entry.until_ms) < MOMENT_MS) return place;
    }
    return -1;
  }

  #set(changed: Partial<Live>): void {
    this.live = { ...this.live, ...changed };
  }
}

function next(before: Row | undefined, view: ParticipantView, event: LiveEvent): Row {
  const at_ms = Date.parse(event.time);
  const since_ms = view.talking ? (before?.since_ms ?? at_ms) : undefined;
  const stopped = before?.since_ms !== undefined && !view.talking;
  const until_ms = stopped ? at_ms : before?.until_ms;
  return { view, at_ms, since_ms, until_ms, seen: event.id };
}

function standing({ role, leader }: ParticipantView): Told {
  if (role === "moderator") return leader ? "is_both" : "is_moderator";
  return leader ? "is_leader" : "is_neither";
}

function joinedBy(entry: Entry, who: Who | undefined): Entry {
  const named = who !== undefined && entry.others.length < NAMED_MAX;
  return { ...entry, more: entry.more + 1, others: named ? [...entry.others, who] : entry.others };
}

function isIn(entry: Entry, id: number, told: Told): boolean {
  return entry.id === id || (entry.told === told && entry.first <= id && id <= entry.id);
}

function bound(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > GONE_MAX && oldest !== undefined) map.delete(oldest);
}

/** What many do at once, such as when everybody is muted, and is told in one line. */
const TOGETHER: ReadonlySet<Told> = new Set<Told>(["joined", "left", "muted", "unmuted", "waiting"]);
const MOMENT_MS = 1_000;
/** What happens in one moment is of a few kinds. */
const NEAR = 8;
/** Events told in words; as many are asked for when a room is opened. */
export const LOG_MAX = 200;
/** Longer than any event may be late. */
const GONE_MAX = 500;
