/** Who is signed in and what they may do; the server decides, this only hides what it would refuse. */
import { ask, onSignedOut, useCsrf, api, type Schema } from "../api/client";
import { Refused } from "../api/problem";

export type SessionView = Schema["SessionView"];
export type Permission = SessionView["permissions"][number];
export type SetupView = Schema["SetupView"];

type Stage = "asking" | "first-run" | "signed-out" | "signed-in" | "unreachable";

class Session {
  stage = $state<Stage>("asking");
  me = $state<SessionView>();
  setup = $state<SetupView>();

  constructor() {
    onSignedOut(() => this.#forget());
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
    useCsrf(view.csrf);
    this.me = view;
    this.stage = "signed-in";
  }

  /** The page stays where it is, so that signing in again leads back to it. */
  #forget(): void {
    useCsrf(undefined);
    this.me = undefined;
    if (this.stage === "signed-in" || this.stage === "asking") this.stage = "signed-out";
  }
}

export const session = new Session();
