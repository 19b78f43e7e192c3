/** Tells those who listen to the page what happens: gathered, and never each time somebody speaks. */
import { t } from "../../i18n/index.svelte";
import { speaking, type Entry, type Live, type Row, type Told } from "../../state/live";
import { notices } from "../../state/notice.svelte";
import { nameOf, summary } from "./words";

/** What one did oneself is told by what one did. */
const WORTH: ReadonlySet<Told> = new Set<Told>([
  "started", "ended", "locked", "unlocked", "joined", "left", "removed", "sent_away", "held", "resumed",
  "hand_raised", "moved", "waiting", "poor_line", "recording_started", "recording_stopped",
]);

export class Teller {
  #newest: number | undefined;
  /** By the first event that each tells of: it may go on to tell of more. */
  readonly #waiting = new Map<number, Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #spoke = "";
  #spoke_at_ms = 0;

  hear(live: Live): void {
    const newest = live.log.reduce((most, { id }) => Math.max(most, id), 0);
    const told = this.#newest ?? newest;
    if (newest > told) {
      for (const entry of live.log) {
        if (entry.id > told && WORTH.has(entry.told)) this.#waiting.set(entry.first, entry);
      }
    }
    this.#newest = Math.max(newest, told);
    this.#timer ??= setTimeout(() => this.#say(speaking(live)), GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #say(speakers: readonly Row[]): void {
    this.#timer = undefined;
    for (const sentence of summary([...this.#waiting.values()])) notices.say(sentence);
    this.#waiting.clear();
    const who = speakers.slice(0, 3).map((row) => nameOf(row.view)).join(", ");
    const due = Date.now() - this.#spoke_at_ms > SPEAKERS_EVERY_MS;
    if (who === "" || who === this.#spoke || !due) return;
    this.#spoke = who;
    this.#spoke_at_ms = Date.now();
    notices.say(t("live.now_speaking", { who }));
  }
}

/** A room fills in a few seconds; "Anna and 20 others came in" says it. */
const GATHER_MS = 2_000;
const SPEAKERS_EVERY_MS = 30_000;
