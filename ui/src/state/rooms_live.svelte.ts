/** How many people are in each room right now. */
import { SvelteMap } from "svelte/reactivity";
import { api, ask } from "../api/client";
import { Refused } from "../api/problem";
import { stream } from "./stream.svelte";

export class RoomsLive {
  /** By the room's id; rooms that nobody is in are left out. */
  readonly people = new SvelteMap<string, number>();

  /** Until the function that comes back is called. */
  follow(): () => void {
    void this.#load();
    const change = (room: string, by: number) => {
      const now = (this.people.get(room) ?? 0) + by;
      if (now > 0) this.people.set(room, now);
      else this.people.delete(room);
    };
    const stops = [
      stream.on(["participant.joined"], (event) => change(event.data.room, 1)),
      stream.on(["participant.left"], (event) => change(event.data.room, -1)),
      stream.on(["session.ended"], (event) => this.people.delete(event.data.room)),
    ];
    return () => stops.forEach((stop) => stop());
  }

  async #load(): Promise<void> {
    try {
      const { items } = await ask(api.GET("/api/v1/live"));
      this.people.clear();
      for (const room of items) this.people.set(room.room, room.participants.length);
    } catch (error) {
      // The column stays empty; the list itself says what is wrong.
      if (!(error instanceof Refused)) throw error;
    }
  }
}
