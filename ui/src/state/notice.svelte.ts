/** Short sentences about what was done or went wrong, shown and read out; owns no page. */
import { SvelteMap } from "svelte/reactivity";

export type Kind = "done" | "failed";
export interface Notice {
  readonly id: number;
  readonly kind: Kind;
  readonly text: string;
  readonly undo?: (() => void) | undefined;
}

class Notices {
  readonly shown = new SvelteMap<number, Notice>();
  /** What the one live region says; several messages within a moment become one. */
  spoken = $state("");
  #next = 1;
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  done(text: string, undo?: () => void): void {
    this.#show({ id: this.#next++, kind: "done", text, undo }, undo ? 30_000 : 5_000);
  }

  failed(text: string): void {
    this.#show({ id: this.#next++, kind: "failed", text }, 12_000);
  }

  /** Only for those who listen to the page: what everybody else sees happen. */
  say(text: string): void {
    this.#waiting.push(text);
    this.#timer ??= setTimeout(() => {
      const all = this.#waiting.splice(0);
      this.#timer = undefined;
      const last = all.slice(-SPOKEN_AT_ONCE).join(" · ");
      const more = all.length - SPOKEN_AT_ONCE;
      this.spoken = more > 0 ? `${last} (+${more})` : last;
    }, GATHER_MS);
  }

  dismiss(id: number): void {
    this.shown.delete(id);
  }

  #show(notice: Notice, for_ms: number): void {
    this.shown.set(notice.id, notice);
    this.say(notice.text);
    setTimeout(() => this.shown.delete(notice.id), for_ms);
  }
}

/** Long enough to gather a burst of joins into one sentence. */
const GATHER_MS = 700;
const SPOKEN_AT_ONCE = 3;

export const notices = new Notices();
