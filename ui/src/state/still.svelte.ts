/** Whether somebody is pointing at a list right now. */

export class Still {
  pointing = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  moved = (): void => {
    this.pointing = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.pointing = false), STILL_MS);
  };
}

/** After the last movement: long enough to aim and press. */
const STILL_MS = 2_000;
