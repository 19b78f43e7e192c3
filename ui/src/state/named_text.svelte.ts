/** A text with a name, such as a menu or a profile: each saved as it is left, kept when that fails. */
import type { Refused } from "../api/problem";
import { refusal } from "./failure";
import type { Mark } from "./room_form.svelte";

export interface Named {
  readonly name: string;
  readonly text: string;
  readonly version: number;
}

type Change = { name: string } | { text: string };

export interface Ways<T extends Named> {
  read(kept: T): Promise<T>;
  change(kept: T, change: Change): Promise<T>;
  /** It was saved; the name may be another one than before. */
  saved(now: T, before: T): Promise<void>;
}

export class NamedText<T extends Named> {
  /** As the server has it. */
  kept = $state.raw() as T;
  name = $state("");
  text = $state("");
  marks = $state<Record<"name" | "text", Mark>>({ name: "still", text: "still" });
  refused = $state<{ name?: Refused; text?: Refused }>({});
  /** Saves follow each other: each needs the version that the one before made. */
  #last: Promise<void> = Promise.resolve();

  constructor(first: T, private readonly ways: Ways<T>) {
    this.kept = first;
    this.name = first.name;
    this.text = first.text;
  }

  save(field: "name" | "text"): Promise<void> {
    this.#last = this.#last.then(() => this.#save(field));
    return this.#last;
  }

  /** Another name, whatever is typed. */
  call(name: string): Promise<void> {
    this.name = name;
    return this.save("name");
  }

  async takeTheirs(): Promise<void> {
    this.kept = await this.ways.read(this.kept);
    this.name = this.kept.name;
    this.text = this.kept.text;
    this.marks = { name: "still", text: "still" };
    this.refused = {};
  }

  async #save(field: "name" | "text"): Promise<void> {
    const before = this.kept;
    const typed = field === "name" ? this.name.trim() : this.text;
    // Names are the same in any case.
    const is_same = field === "name" ? typed.toLowerCase() === before.name : typed === before.text;
    if (is_same) {
      this[field] = before[field];
      delete this.refused[field];
      if (this.marks[field] === "failed") this.marks[field] = "still";
      return;
    }
    this.marks[field] = "saving";
    try {
      this.kept = await this.ways.change(before, field === "name" ? { name: typed } : { text: typed });
      delete this.refused[field];
      this.marks[field] = "saved";
      if (field === "name") this.name = this.kept.name;
      await this.ways.saved(this.kept, before);
    } catch (error) {
      this.refused[field] = refusal(error);
      this.marks[field] = "failed";
    }
  }
}
