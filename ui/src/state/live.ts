/** What goes on in one room: a snapshot and the events after it; knows no server and no clock. */
import type { Schema } from "../api/client";
import type { EventType, NumberedEvent } from "./stream.svelte";

export type LiveView = Schema["LiveView"];
export type ParticipantView = Schema["ParticipantView"];
export type WaitingView = Schema["WaitingView"];

/** One participant. A row that did not change stays the same object. */
export interface Row {
  readonly view: ParticipantView;
  /** When the view was true: it counts talk time up to then. */
  readonly at_ms: number;
  /** When what is being said began; undefined while silent. */
  readonly since_ms: number | undefined;
  /** When it last fell silent, if that was seen. */
  readonly until_ms: number | undefined;
  /** The newest event about this participant. */
  readonly seen: number;
}

/** Somebody at the door. */
export interface Waiter {
  readonly view: WaitingView;
  readonly seen: number;
}

/** What the log tells in words. */
export type Told =
  | "started" | "ended" | "locked" | "unlocked" | "all_muted" | "all_unmuted" | "joined" | "left" | "removed" | "sent_away" | "muted"
  | "unmuted" | "held" | "resumed" | "away" | "back" | "renamed" | "is_moderator" | "is_leader" | "is_both" | "is_neither" | "hand_raised"
  | "hand_lowered" | "moved" | "poor_line" | "waiting" | "pin_failed" | "recording_started" | "recording_stopped";

export type Doer = Schema["Doer"];
export type Who = Pick<ParticipantView, "name" | "number">;

export interface Entry {
  /** The newest event it tells of. */
  readonly id: number;
  /** The first one, when it tells of several that came together. */
  readonly first: number;
  /** Of the first one. */
  readonly time: string;
  readonly until_ms: number;
  readonly told: Told;
  /** How many others did the same in that moment, and the first of them. */
  readonly more: number;
  readonly others: readonly Who[];
  readonly who?: Who;
  /** Who did it, when it was done over the API. */
  readonly by?: Doer | undefined;
  /** The name before, when renamed; the number, when a PIN was wrong; the room moved to. */
  readonly detail?: string | undefined;
}

/** Beside the first: "Anna, Ben, Carla and 20 others" is as much as one reads. */
export const NAMED_MAX = 2;

export interface Live {
  readonly room: string;
  readonly title: string;
  readonly extension: string;
  readonly started_at: string | undefined;
  readonly locked: boolean;
  /** All but moderators, whoever comes as well. */
  readonly muted: boolean;
  readonly recording: { readonly id: string; readonly since: string } | undefined;
  /** In the order in which they came. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Those who left last: a late event does not bring them back. */
  readonly gone: ReadonlyMap<string, Row>;
  readonly waiting: ReadonlyMap<string, Waiter>;
  /** Whose wait has ended, with the event that ended it. */
  readonly waited: ReadonlyMap<string, number>;
  /** Oldest first. */
  readonly log: readonly Entry[];
  readonly deleted: boolean;
  /** The newest events about the lock, the muting of all, the end and the recording. */
  readonly seen: {
    readonly lock: number; readonly muting: number; readonly end: number; readonly recording: number;
  };
}

/** Events about a participant, and how the log tells them if it does. */
export const PARTICIPANT = {
  "participant.joined": "joined",
  "participant.left": "left",
  "participant.removed": "removed",
  "participant.sent_away": "sent_away",
  "participant.moved": "moved",
  "participant.muted": "muted",
  "participant.unmuted": "unmuted",
  "participant.held": "held",
  "participant.resumed": "resumed",
  "participant.away": "away",
  "participant.back": "back",
  "participant.renamed": "renamed",
  "participant.role_changed": "is_neither",
  "participant.hand_raised": "hand_raised",
  "participant.hand_lowered": "hand_lowered",
  "participant.quality_changed": "poor_line",
  "participant.volume_changed": undefined,
  "participant.video_changed": undefined,
  "participant.speaking_started": undefined,
  "participant.speaking_stopped": undefined,
} as const satisfies Partial<Record<EventType, Told | undefined>>;

export type ParticipantType = keyof typeof PARTICIPANT;

/** Everything that changes what goes on in a room. */
export const LIVE_EVENTS = [
  ...(Object.keys(PARTICIPANT) as ParticipantType[]),
  "participant.waiting", "participant.waiting_ended",
  "session.started", "session.ended", "session.locked", "session.unlocked",
  "session.muted", "session.unmuted", "recording.started", "recording.stopped",
  "room.updated", "room.deleted", "pin.failed",
] as const satisfies readonly EventType[];

/** Those that the log may tell. */
export const TOLD_EVENTS: readonly EventType[] = [
  ...(Object.keys(PARTICIPANT) as ParticipantType[]).filter((type) => PARTICIPANT[type] !== undefined),
  "participant.waiting", "session.started", "session.ended", "session.locked", "session.unlocked",
  "session.muted", "session.unmuted", "recording.started", "recording.stopped", "pin.failed",
];

export type LiveEvent = Extract<NumberedEvent, { type: (typeof LIVE_EVENTS)[number] }>;

export function isLive(event: NumberedEvent): event is LiveEvent {
  return (LIVE_EVENTS as readonly EventType[]).includes(event.type);
}

/** The room that the event is about. */
export function roomOf(event: LiveEvent): string {
  return event.type === "room.updated" ? event.data.id : event.data.room;
}

/** A room of which nothing is known but what it is called. */
export function unknown(at: Pick<Live, "room" | "title" | "extension">): Live {
  const empty = { started_at: null, locked: false, muted: false, recording: null, participants: [], waiting: [] };
  return begin({ room: at.room, title: at.title, extension: at.extension, ...empty }, 0);
}

/** The room as just read. What was heard before of the same room is kept, such as the log. */
export function begin(view: LiveView, now_ms: number, before?: Live): Live {
  const rows = new Map<string, Row>();
  for (const one of view.participants) {
    const known = before?.rows.get(one.id);
    const since_ms = one.talking ? (known?.since_ms ?? now_ms) : undefined;
    const until_ms = known?.since_ms === undefined || one.talking ? known?.until_ms : now_ms;
    rows.set(one.id, { view: one, at_ms: now_ms, since_ms, until_ms, seen: known?.seen ?? 0 });
  }
  const waiting = view.waiting.filter(waits).map((one): [string, Waiter] =>
    [one.id, { view: one, seen: before?.waiting.get(one.id)?.seen ?? 0 }]);
  return {
    room: view.room,
    title: view.title,
    extension: view.extension,
    started_at: view.started_at ?? undefined,
    locked: view.locked,
    muted: view.muted,
    recording: view.recording ?? undefined,
    rows,
    gone: before?.gone ?? new Map(),
    waiting: new Map(waiting),
    waited: before?.waited ?? new Map(),
    log: before?.log ?? [],
    deleted: false,
    seen: before?.seen ?? { lock: 0, muting: 0, end: 0, recording: 0 },
  };
}

/** Whoever is on the way in already waits for nobody. */
export function waits(one: WaitingView): boolean {
  return one.step !== "entering";
}

export function speaking(live: Live): Row[] {
  return [...live.rows.values()]
    .filter((row) => row.view.talking)
    .sort((one, other) => (one.since_ms ?? 0) - (other.since_ms ?? 0));
}

/** Raised hands first, the first raised on top; then everybody in the order in which they came. */
export function inOrder(live: Live): string[] {
  const hands: Row[] = [];
  const others: string[] = [];
  for (const row of live.rows.values()) {
    if (row.view.hand_raised_at === null) others.push(row.view.id);
    else hands.push(row);
  }
  const raised = (row: Row) => row.view.hand_raised_at ?? "";
  hands.sort((one, other) => (raised(one) < raised(other) ? -1 : 1));
  return [...hands.map((row) => row.view.id), ...others];
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

/** When the last voice fell silent; undefined while somebody speaks or when nobody was heard. */
export function quietSince(live: Live): number | undefined {
  let latest_ms = 0;
  for (const row of [...live.rows.values(), ...live.gone.values()]) {
    if (row.since_ms !== undefined) return undefined;
    latest_ms = Math.max(latest_ms, row.until_ms ?? 0);
  }
  return latest_ms === 0 ? undefined : latest_ms;
}

/** How long somebody has spoken, in milliseconds. */
export function spoken(row: Row, now_ms: number): number {
  const saying_ms = row.view.talking ? Math.max(0, now_ms - row.at_ms) : 0;
  return row.view.talk_seconds * 1_000 + saying_ms;
}
