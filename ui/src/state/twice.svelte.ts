/** What cannot be undone is asked for twice, without a window in the way. */

/** Armed by the first press on something, and for so long only. */
export class Twice {
  armed = $state<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** True at the second press on the same thing. */
  press(what: string): boolean {
    const again = this.armed === what;
    this.forget();
    if (!again) {
      this.armed = what;
      this.#timer = setTimeout(() => this.forget(), ARMED_MS);
    }
    return again;
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.armed = undefined;
  }
}

const ARMED_MS = 5_000;
