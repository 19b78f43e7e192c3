/** One webhook's form: saves each field as it is left, and keeps what was typed when that fails. */
import { api, ask, type Schema } from "../api/client";
import type { Refused } from "../api/problem";
import { refusal } from "./failure";
import type { Mark } from "./room_form.svelte";

type WebhookView = Schema["WebhookView"];
type Draft = Pick<WebhookView, "url" | "note" | "types" | "numbers" | "enabled">;
export type WebhookField = keyof Draft;

export class WebhookForm {
  /** As the server has it. */
  kept = $state<WebhookView>();
  draft = $state<Draft>();
  marks = $state<Partial<Record<WebhookField, Mark>>>({});
  refused = $state<Partial<Record<WebhookField, Refused>>>({});
  /** Why there is no form. */
  missing = $state<Refused>();
  /** Saves follow each other, so that the last one chosen is the one that is kept. */
  #last: Promise<void> = Promise.resolve();

  constructor(readonly id: string) {}

  /** Reads it anew; what was typed and not saved stays. */
  async load(): Promise<void> {
    try {
      this.#take(await ask(api.GET("/api/v1/webhooks/{webhook}", { params: { path: this.path } })));
    } catch (error) {
      this.missing = refusal(error);
    }
  }

  get path(): { webhook: string } {
    return { webhook: this.id };
  }

  save(field: WebhookField): Promise<void> {
    this.#last = this.#last.then(() => this.#save(field));
    return this.#last;
  }

  wrong(field: WebhookField): string | undefined {
    return this.refused[field]?.wrong(field);
  }

  async #save(field: WebhookField): Promise<void> {
    const { kept, draft } = this;
    if (kept === undefined || draft === undefined) return;
    if (String(draft[field]) === String(kept[field])) {
      if (this.refused[field] !== undefined) this.#settle(field, "still");
      return;
    }
    this.marks[field] = "saving";
    try {
      const body = { [field]: draft[field] };
      this.kept = await ask(
        api.PATCH("/api/v1/webhooks/{webhook}", { params: { path: this.path }, body }),
      );
      this.#settle(field, "saved");
    } catch (error) {
      this.marks[field] = "failed";
      this.refused[field] = refusal(error);
    }
  }

  #take(fresh: WebhookView): void {
    const before = this.kept;
    const typed = this.draft;
    this.kept = fresh;
    const fields = { ...draftOf(fresh) };
    if (before !== undefined && typed !== undefined) {
      for (const field of Object.keys(fields) as WebhookField[]) {
        if (String(typed[field]) !== String(before[field])) Object.assign(fields, { [field]: typed[field] });
      }
    }
    this.draft = fields;
  }

  #settle(field: WebhookField, mark: Mark): void {
    this.marks[field] = mark;
    delete this.refused[field];
  }
}

function draftOf({ url, note, types, numbers, enabled }: WebhookView): Draft {
  return { url, note, types, numbers, enabled };
}
