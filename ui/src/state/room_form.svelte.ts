/** One room's form: saves each field as it is left, and keeps what was typed when that fails. */
import { api, ask, type Schema } from "../api/client";
import type { Refused } from "../api/problem";
import { refusal } from "./failure";
import { draftOf, FIELDS, merge, type Draft, type RoomField, type Theirs } from "./room_merge";
import { stream } from "./stream.svelte";

export type RoomView = Schema["RoomView"];
type PinView = Schema["PinView"];
export type Mark = "still" | "saving" | "saved" | "failed";

export class RoomForm {
  /** As the server has it. */
  kept = $state<RoomView>();
  draft = $state<Draft>();
  marks = $state<Partial<Record<RoomField, Mark>>>({});
  refused = $state<Partial<Record<RoomField, Refused>>>({});
  theirs = $state<Theirs[]>([]);
  /** Why there is no form. */
  missing = $state<Refused>();
  gone = $state(false);
  /** Saves follow each other: each needs the version that the one before made. */
  #last: Promise<void> = Promise.resolve();

  constructor(readonly key: string) {}

  /** Reads the room and follows it until the function that comes back is called. */
  follow(): () => void {
    void this.load();
    const stops = [
      stream.on(["room.updated"], (event) => {
        if (event.data.id === this.kept?.id) this.#queue(() => this.#take(event.data));
      }),
      stream.on(["room.deleted"], (event) => {
        if (event.data.room === this.kept?.id) this.gone = true;
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  async load(): Promise<void> {
    try {
      this.#take(await this.#read());
    } catch (error) {
      this.missing = refusal(error);
    }
  }

  save(field: RoomField): Promise<void> {
    return this.#queue(() => this.#save(field));
  }

  /** Saves what was refused because the session had ended. */
  retry(): void {
    for (const field of FIELDS) {
      if (this.refused[field]?.signedOut) void this.save(field);
    }
  }

  /** Puts what somebody else saved into the form. */
  takeTheirs(theirs: Theirs): void {
    if (this.draft === undefined) return;
    this.draft = { ...this.draft, [theirs.field]: theirs.now };
    this.#settle(theirs.field, "still");
  }

  /** Saves what was typed over what somebody else saved. */
  async keepMine(theirs: Theirs): Promise<void> {
    this.theirs = this.theirs.filter((other) => other.field !== theirs.field);
    await this.save(theirs.field);
  }

  /** A new PIN makes a new version. */
  atPins(view: PinView): void {
    if (this.kept === undefined) return;
    this.kept = {
      ...this.kept,
      version: view.version,
      pin_set: view.pin !== null,
      moderator_pin_set: view.moderator_pin !== null,
      personal_pins: view.personal_pins.length,
    };
  }

  wrong(field: RoomField): string | undefined {
    return this.refused[field]?.wrong(field);
  }

  #queue(what: () => Promise<void> | void): Promise<void> {
    this.#last = this.#last.then(what);
    return this.#last;
  }

  async #save(field: RoomField, again = true): Promise<void> {
    const { kept, draft } = this;
    if (kept === undefined || draft === undefined) return;
    if (draft[field] === kept[field]) {
      if (this.refused[field] !== undefined) this.#settle(field, "still");
      return;
    }
    this.marks[field] = "saving";
    try {
      const room = await ask(
        api.PATCH("/api/v1/rooms/{room}", {
          params: { path: { room: kept.id }, header: { "If-Match": `"${kept.version}"` } },
          body: { [field]: draft[field] },
        }),
      );
      this.kept = room;
      this.#settle(field, "saved");
    } catch (error) {
      const refused = refusal(error);
      if (refused.status === 412 && (await this.#refresh()) && again && !this.#clashes(field)) {
        return this.#save(field, false);
      }
      this.marks[field] = "failed";
      this.refused[field] = refused;
    }
  }

  async #refresh(): Promise<boolean> {
    try {
      this.#take(await this.#read());
      return true;
    } catch {
      return false;
    }
  }

  #clashes(field: RoomField): boolean {
    return this.theirs.some((theirs) => theirs.field === field && theirs.clash);
  }

  #read(): Promise<RoomView> {
    return ask(api.GET("/api/v1/rooms/{room}", { params: { path: { room: this.kept?.id ?? this.key } } }));
  }

  #take(fresh: RoomView): void {
    if (this.kept === undefined || this.draft === undefined) {
      this.kept = fresh;
      this.draft = draftOf(fresh);
      return;
    }
    if (fresh.version <= this.kept.version) return;
    const merged = merge(draftOf(this.kept), this.draft, draftOf(fresh));
    const fields = new Set(merged.theirs.map((theirs) => theirs.field));
    this.theirs = [...this.theirs.filter((old) => !fields.has(old.field)), ...merged.theirs];
    this.kept = fresh;
    this.draft = merged.draft;
  }

  #settle(field: RoomField, mark: Mark): void {
    this.marks[field] = mark;
    delete this.refused[field];
    this.theirs = this.theirs.filter((theirs) => theirs.field !== field);
  }
}
