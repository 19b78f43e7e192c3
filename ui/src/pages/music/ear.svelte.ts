/** Plays one sound at a time, as a telephone of the chosen kind hears it. */
import { notices } from "../../state/notice.svelte";
import { t } from "../../i18n/index.svelte";

export const EARS = ["pcma", "g722", "opus"] as const;
export type EarKind = (typeof EARS)[number];

class Ear {
  kind = $state<EarKind>("pcma");
  /** The address of what plays now. */
  playing = $state<string>();
  #audio: HTMLAudioElement | undefined;

  /** Plays it, or stops it if it plays already. */
  toggle(path: string): void {
    const was = this.playing;
    this.stop();
    if (was === path) return;
    const audio = new Audio(`${path}?as=${this.kind}`);
    this.#audio = audio;
    this.playing = path;
    audio.addEventListener("ended", () => this.#over(audio));
    audio.play().catch(() => {
      if (this.#audio !== audio) return;
      this.stop();
      notices.failed(t("music.listen.failed"));
    });
  }

  stop(): void {
    this.#audio?.pause();
    this.#audio = undefined;
    this.playing = undefined;
  }

  #over(audio: HTMLAudioElement): void {
    if (this.#audio === audio) this.stop();
  }
}

export const ear = new Ear();
