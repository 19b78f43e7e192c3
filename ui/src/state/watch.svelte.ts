/** Follows what goes on in one room or in all of them; leaves to `live` what events mean. */
import { untrack } from "svelte";
import { hear, open, type House } from "./house";
import { begin, isLive, LIVE_EVENTS, roomOf, TOLD_EVENTS, type Live, type LiveEvent } from "./live";
import { after, LOG_MAX, recall } from "./live_draft";
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
    this.#flush();
    const mine = (this.#turn += 1);
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
    const [view, past] = await Promise.all([
      ask(api.GET("/api/v1/rooms/{room}/live", { params: { path } })),
      this.#past(),
    ]);
    return () => (this.live = recall(begin(view, serverNow(), this.live), past));
  }

  /** What happened before this page was opened, or while it could not hear. */
  async #past(): Promise<LiveEvent[]> {
    const params = { path: { room: this.#room }, query: { types: TOLD_EVENTS.join(","), limit: LOG_MAX } };
    try {
      const page = await ask(api.GET("/api/v1/rooms/{room}/live/events", { params }));
      return page.items.filter(isLive);
    } catch (error) {
      // Without it the log begins now, and everything else goes on.
      refusal(error);
      return [];
    }
  }

  protected take(events: readonly LiveEvent[]): void {
    const live = this.live;
    if (live === undefined) return;
    this.live = after(live, events.filter((event) => roomOf(event) === live.room));
  }
}

/** All rooms that somebody is in or at the door of, and what needs attention. */
export class HouseWatch extends Watch {
  house = $state.raw<House>();

  override follow(): () => void {
    const stop = super.follow();
    // Some things need somebody because nothing happens.
    const timer = setInterval(() => void this.again(), READ_EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
    };
  }

  protected async read(): Promise<() => void> {
    const view = await ask(api.GET("/api/v1/live"));
    return () => (this.house = open(view, serverNow(), this.house));
  }

  protected take(events: readonly LiveEvent[]): void {
    if (this.house !== undefined) this.house = hear(this.house, events);
  }
}

const READ_EVERY_MS = 15_000;
