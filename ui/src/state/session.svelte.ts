/** Who is signed in and what they may do; the server decides, this only hides what it would refuse. */
import { ask, onSignedOut, useCsrf, api, type Schema } from "../api/client";
import { Refused } from "../api/problem";

export type SessionView = Schema["SessionView"];
export type Permission = SessionView["permissions"][number];
export type SetupView = Schema["SetupView"];

/** `interrupted`: the session ended under an open page, which waits for whoever signs in again. */
type Stage = "asking" | "first-run" | "signed-out" | "interrupted" | "signed-in" | "unreachable";

class Session {
  stage = $state<Stage>("asking");
  me = $state<SessionView>();
  setup = $state<SetupView>();
  /** Rises when whoever was interrupted has come back. */
  resumed = $state(0);

  constructor() {
    onSignedOut(() => this.#interrupt());
  }

  /** Asks the server who we are. */
  async begin(): Promise<void> {
    try {
      this.setup = await ask(api.GET("/api/v1/setup"));
      if (this.setup.needed) this.stage = "first-run";
      else this.#enter(await ask(api.GET("/api/v1/session")));
    } catch (error) {
      const refused = error instanceof Refused ? error : Refused.of(0, undefined);
      this.stage = refused.signedOut ? "signed-out" : "unreachable";
    }
  }

  async signIn(input: Schema["SignInInput"]): Promise<void> {
    this.#enter(await ask(api.POST("/api/v1/session", { body: input })));
  }

  async firstRun(input: Schema["SetupInput"]): Promise<void> {
    this.#enter(await ask(api.POST("/api/v1/setup", { body: input })));
  }

  async signOut(): Promise<void> {
    await ask(api.DELETE("/api/v1/session"));
    this.#forget();
  }

  may(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  #enter(view: SessionView): void {
    const resumes = this.stage === "interrupted" && this.me?.user.id === view.user.id;
    useCsrf(view.csrf);
    this.me = view;
    this.stage = "signed-in";
    if (resumes) this.resumed += 1;
  }

  /** The page stays as it is, with what was typed, so that signing in again leads back to it. */
  #interrupt(): void {
    useCsrf(undefined);
    if (this.stage === "signed-in") this.stage = "interrupted";
    else if (this.stage === "asking") this.stage = "signed-out";
  }

  #forget(): void {
    useCsrf(undefined);
    this.me = undefined;
    this.stage = "signed-out";
  }
}

export const session = new Session();
