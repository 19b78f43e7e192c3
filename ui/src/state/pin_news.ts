/** Which version of a room its latest PINs have; knows none of them. */
import { stream } from "./stream.svelte";

/** News of our own change may come after its answer: only a newer version makes a PIN an old one. */
export class PinNews {
  /** Of the room when its PINs changed last, as far as was told; 0: not since the page is open. */
  version = 0;
  #room_version = 0;

  constructor(readonly room: () => string | undefined) {}

  /** Calls back after every change of the PINs until the function that comes back is called. */
  follow(changed: () => void): () => void {
    const stops = [
      // It comes right before the other, which has no version.
      stream.on(["room.updated"], (event) => {
        if (event.data.id === this.room()) this.#room_version = event.data.version;
      }),
      stream.on(["room.pin_changed"], (event) => {
        if (event.data.room !== this.room()) return;
        this.version = this.#room_version;
        changed();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }
}
