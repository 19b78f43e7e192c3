/** Follows what goes on in one room or in all of them; leaves to `live` what events mean. */
import { untrack } from "svelte";
import { after, begin, LIVE_EVENTS, roomOf, type Live, type LiveEvent } from "./live";
import { api, ask } from "../api/client";
import type { Refused } from "../api/problem";
import { refusal } from "./failure";
import { stream } from "./stream.svelte";
import { heardAt, serverNow } from "./ticker.svelte";

/** Reads the state, hears events meanwhile, and puts both together; at every gap anew. */
abstract class Watch {
  /** Why nothing is known. */
  refused = $state.raw<Refused>();
  #waiting: LiveEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #reading = false;

  /** To be called in an effect; follows until the function that comes back is called. */
  follow(): () => void {
    const stop = stream.on(LIVE_EVENTS, (event) => this.#hear(event));
    $effect(() => {
      void stream.gaps;
      untrack(() => void this.again());
    });
    return () => {
      stop();
      this.#turn += 1;
    };
  }

  async again(): Promise<void> {
    const mine = (this.#turn += 1);
    this.#waiting = [];
    this.#reading = true;
    try {
      const put = await this.read();
      if (mine !== this.#turn) return;
      put();
      this.refused = undefined;
    } catch (error) {
      if (mine !== this.#turn) return;
      this.refused = refusal(error);
    }
    this.#reading = false;
    this.#flush();
  }

  /** Reads the state; the function that comes back takes it over. */
  protected abstract read(): Promise<() => void>;
  protected abstract take(events: readonly LiveEvent[]): void;

  /** Many events of one moment are drawn once. */
  #hear(event: LiveEvent): void {
    heardAt(event.time);
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What is heard while reading is younger than what is read, or says the same again.
    if (this.#reading) return;
    const events = this.#waiting;
    this.#waiting = [];
    if (events.length > 0) this.take(events);
  }
}

/** One frame: speech is to be seen within 150 ms. */
const GATHER_MS = 16;

export class RoomWatch extends Watch {
  live = $state.raw<Live>();
  readonly #room: string;

  constructor(room: string) {
    super();
    this.#room = room;
  }

  protected async read(): Promise<() => void> {
    const path = { room: this.#room };
    const view = await ask(api.GET("/api/v1/rooms/{room}/live", { params: { path } }));
    return () => (this.live = begin(view, serverNow(), this.live));
  }

  protected take(events: readonly LiveEvent[]): void {
    const live = this.live;
    if (live === undefined) return;
    this.live = after(live, events.filter((event) => roomOf(event) === live.room));
  }
}

export type PinFailed = Extract<LiveEvent, { type: "pin.failed" }>;

/** All rooms that somebody is in, by their ids. */
export class HouseWatch extends Watch {
  rooms = $state.raw<ReadonlyMap<string, Live>>();
  /** The last wrong PINs, oldest first. */
  pins = $state.raw<readonly PinFailed[]>([]);

  protected async read(): Promise<() => void> {
    const { items } = await ask(api.GET("/api/v1/live"));
    return () => {
      const before = this.rooms;
      const now_ms = serverNow();
      this.rooms = new Map(
        items.map((view) => [view.room, begin(view, now_ms, before?.get(view.room))]),
      );
    };
  }

  protected take(events: readonly LiveEvent[]): void {
    const rooms = new Map(this.rooms);
    for (const [room, about] of byRoom(events)) {
      const known = rooms.get(room) ?? opened(about[0]);
      if (known === undefined) continue;
      const then = after(known, about);
      if (then.deleted || then.rows.size === 0) rooms.delete(room);
      else rooms.set(room, then);
    }
    this.rooms = rooms;
    const failed = events.filter((event) => event.type === "pin.failed");
    if (failed.length > 0) this.pins = [...this.pins, ...failed].slice(-PINS_MAX);
  }
}

const PINS_MAX = 50;

function byRoom(events: readonly LiveEvent[]): Map<string, LiveEvent[]> {
  const rooms = new Map<string, LiveEvent[]>();
  for (const event of events) {
    const about = rooms.get(roomOf(event));
    if (about === undefined) rooms.set(roomOf(event), [event]);
    else about.push(event);
  }
  return rooms;
}

/** A room of which nothing was known before. */
function opened(event: LiveEvent | undefined): Live | undefined {
  if (event === undefined || event.type === "room.updated") return undefined;
  const { room, title, extension } = event.data;
  const view = { room, title, extension, started_at: null, locked: false, participants: [] };
  return begin(view, 0);
}
