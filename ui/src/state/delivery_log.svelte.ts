/** What was sent to one webhook, newest first; looks again by itself while something is under way. */
import { api, ask, type Schema } from "../api/client";
import { attempt } from "./failure";
import { merged } from "./delivery_merge";

type DeliveryView = Schema["DeliveryView"];

const PAGE = 50;
const SOON_MS = 1_000;
/** What is due later than this is looked at when somebody asks. */
const AHEAD_MS = 60_000;

export class DeliveryLog {
  list = $state<DeliveryView[]>();
  /** Where the rest begins. */
  cursor = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #followed = false;

  constructor(readonly webhook: string) {}

  /** Reads, and looks again when something is due, until the function that comes back is called. */
  follow(): () => void {
    this.#followed = true;
    void attempt(this.read());
    return () => {
      this.#followed = false;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Reads the newest. */
  async read(): Promise<void> {
    const page = await this.#page();
    const whole = page.next_cursor === null;
    const list = merged(this.list ?? [], page.items, whole);
    if (whole || list.length === page.items.length) this.cursor = page.next_cursor;
    this.list = list;
    this.#lookAgain();
  }

  /** Reads older ones too. */
  async more(): Promise<void> {
    if (this.cursor === null) return;
    const page = await this.#page(this.cursor);
    this.list = [...(this.list ?? []), ...page.items];
    this.cursor = page.next_cursor;
  }

  /** Reads in a moment: many events make one reading. */
  soon(inMs = SOON_MS): void {
    if (!this.#followed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void attempt(this.read());
    }, inMs);
  }

  /** When what is due next should have been tried. */
  #lookAgain(): void {
    const due = (this.list ?? []).flatMap(({ due_at }) => (due_at === null ? [] : [Date.parse(due_at)]));
    if (due.length === 0) return;
    const wait = Math.min(...due) - Date.now() + SOON_MS;
    if (wait < AHEAD_MS) this.soon(Math.max(wait, SOON_MS));
  }

  #page(cursor?: string) {
    const path = { webhook: this.webhook };
    const query = { limit: PAGE, ...(cursor && { cursor }) };
    return ask(api.GET("/api/v1/webhooks/{webhook}/deliveries", { params: { path, query } }));
  }
}
