/** The last recordings that ended too early, for who may see them. */
import { api, ask } from "../api/client";
import { refusal } from "./failure";
import { Newest } from "./newest";
import type { Recording } from "./recordings";
import { session } from "./session.svelte";
import { stream } from "./stream.svelte";

export class CutRecordings {
  all = $state.raw<readonly Recording[]>([]);
  #newest = new Newest();

  /** To be called in an effect; follows until the function that comes back is called. */
  follow(): () => void {
    if (!session.may("recordings:read")) return () => {};
    void stream.gaps;
    void this.#read();
    return stream.on(["recording.failed", "recording.deleted"], () => void this.#read());
  }

  async #read(): Promise<void> {
    const params = { query: { state: "failed", limit: SHOWN } };
    const isNewest = this.#newest.ask();
    try {
      const page = await ask(api.GET("/api/v1/recordings", { params }));
      if (isNewest()) this.all = page.items;
    } catch (error) {
      // The page lives without it; the next reading may succeed.
      refusal(error);
    }
  }
}

const SHOWN = 10;
