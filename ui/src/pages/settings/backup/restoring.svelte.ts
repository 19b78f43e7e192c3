/** How far restoring a backup is: looked at first, restored when somebody says so, waited for. */
import type { Schema } from "../../../api/client";
import { Cancelled, send, type Sending } from "../../music/upload";
import type { Refused } from "../../../api/problem";
import { refusal } from "../../../state/failure";

type View = Schema["RestoreView"];

export type Phase =
  | { readonly name: "idle" }
  | { readonly name: "checking" | "restoring"; readonly file: File; readonly share: number }
  | { readonly name: "checked"; readonly file: File; readonly view: View }
  | { readonly name: "refused"; readonly file: File; readonly why: Refused }
  | { readonly name: "restarting" | "late" };

const LOOK_EVERY_MS = 500;
const RESTART_MAX_MS = 120_000;

export class Restoring {
  phase = $state.raw<Phase>({ name: "idle" });
  #sending: Sending | undefined;

  /** Lets the server look at the file; nothing is changed. */
  check(file: File): Promise<void> {
    return this.#send(file, "checking", "check=true");
  }

  /** Puts the file that was looked at in the place of everything. */
  async restore(): Promise<void> {
    if (this.phase.name !== "checked") return;
    const before = await startedAt();
    // Whoever was told of no calls ends none: those that have come since are named first.
    const force = this.phase.view.calls > 0;
    await this.#send(this.phase.file, "restoring", `force=${force}`);
    // The answer to `#send`, which the compiler does not see.
    if ((this.phase as Phase).name === "restarting") await this.#wait(before);
  }

  cancel(): void {
    this.#sending?.cancel();
    this.phase = { name: "idle" };
  }

  async #send(file: File, name: "checking" | "restoring", query: string): Promise<void> {
    this.phase = { name, file, share: 0 };
    const path = `/api/v1/system/restore?${query}`;
    this.#sending = send("POST", path, file, (share) => (this.phase = { name, file, share }));
    try {
      const view = (await this.#sending.done) as View;
      this.phase = view.state === "checked" ? { name: "checked", file, view } : { name: "restarting" };
    } catch (error) {
      if (error instanceof Cancelled) return;
      this.phase = { name: "refused", file, why: refusal(error) };
    }
  }

  /** Until another server answers: one that was started later, or that does not know us. */
  async #wait(before: string | undefined): Promise<void> {
    const late = Date.now() + RESTART_MAX_MS;
    while (Date.now() < late) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const now = await startedAt();
      if (now !== undefined && now !== before) {
        location.reload();
        return;
      }
    }
    this.phase = { name: "late" };
  }
}

/** When the server that answers was started; `stranger` when it does not know us, nothing when there is none. */
async function startedAt(): Promise<string | undefined> {
  // Not by the typed client: there, an unknown session means that this page has to sign in.
  const answer = await fetch("/api/v1/status").catch(() => undefined);
  if (answer?.status === 401) return "stranger";
  if (!answer?.ok) return undefined;
  const status = (await answer.json().catch(() => undefined)) as Schema["StatusView"] | undefined;
  return status?.started_at;
}
