/** One stream of events for all pages, which comes back by itself; knows no event's meaning. */
import { api, type Schema } from "../api/client";

export type NumberedEvent = Schema["NumberedEvent"];
export type EventType = NumberedEvent["type"];
type Of<T extends EventType> = Extract<NumberedEvent, { type: T }>;
type Listener = (event: NumberedEvent) => void;

class EventStream {
  /** False while the connection is gone. */
  connected = $state(false);
  /** Rises when events were missed and everything must be read anew. */
  gaps = $state(0);
  #source: EventSource | undefined;
  #listeners = new Map<string, Set<Listener>>();
  #attached = new Set<string>();
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** Pages may have read what they show before the first event could be heard. */
  #missed = false;
  #ears = ears();

  /** Settles when events are heard, or will not be soon: what is read after it misses nothing. */
  get heard(): Promise<void> {
    return this.#ears.open;
  }

  open(): void {
    if (this.#source !== undefined) return;
    // The browser sends Last-Event-ID itself when it comes back, and the server replays.
    const source = new EventSource("/api/v1/events");
    const late = setTimeout(() => this.#goOnDeaf(), PATIENCE_MS);
    source.addEventListener("open", () => {
      clearTimeout(late);
      if (this.#missed) this.gaps += 1;
      this.#missed = false;
      this.connected = true;
      this.#ears.ready();
    });
    source.addEventListener("error", () => {
      if (!this.connected) this.#goOnDeaf();
      this.connected = false;
      // Closed for good means refused; a page that is still signed in tries again.
      if (source.readyState === EventSource.CLOSED) this.#again();
    });
    source.addEventListener("gap", () => (this.gaps += 1));
    this.#source = source;
    this.#attached.clear();
    for (const type of this.#listeners.keys()) this.#attach(type);
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#source?.close();
    // What happens from now on is not replayed.
    if (this.#source !== undefined) this.#missed = true;
    this.#source = undefined;
    this.connected = false;
    this.#ears = ears();
  }

  /** Hears events of these types until the function that comes back is called. */
  on<T extends EventType>(types: readonly T[], listener: (event: Of<T>) => void): () => void {
    for (const type of types) {
      let heard = this.#listeners.get(type);
      if (heard === undefined) this.#listeners.set(type, (heard = new Set()));
      heard.add(listener as Listener);
      this.#attach(type);
    }
    return () => {
      for (const type of types) this.#listeners.get(type)?.delete(listener as Listener);
    };
  }

  #attach(type: string): void {
    if (this.#source === undefined || this.#attached.has(type)) return;
    this.#attached.add(type);
    this.#source.addEventListener(type, (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as NumberedEvent;
      for (const listener of this.#listeners.get(type) ?? []) listener(event);
    });
  }

  #goOnDeaf(): void {
    this.#missed = true;
    this.#ears.ready();
  }

  #again(): void {
    this.close();
    this.#waiting = setTimeout(() => this.open(), AGAIN_MS);
    // Where the session is over, this answer says so.
    void api.GET("/api/v1/session").catch(() => {});
  }
}

function ears(): { open: Promise<void>; ready: () => void } {
  let ready = () => {};
  const open = new Promise<void>((resolve) => (ready = resolve));
  return { open, ready };
}

/** A page is not kept waiting longer for its stream. */
const PATIENCE_MS = 1_000;
const AGAIN_MS = 3_000;

export const stream = new EventStream();
