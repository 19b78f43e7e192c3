/** What the server refused and why, as RFC 9457 says it. */
import type { components } from "./schema";

export type Wrong = components["schemas"]["Wrong"];

/** A refusal, with the fields that were wrong; also when no server answered (status 0). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    detail: string,
    readonly errors: readonly Wrong[] = [],
  ) {
    super(detail);
    this.name = "Refused";
  }

  /** What would be accepted in this field; undefined when nothing is wrong with it. */
  wrong(field: string): string | undefined {
    return this.errors.find((error) => error.field === field)?.accepted;
  }

  get signedOut(): boolean {
    return this.status === 401;
  }

  static of(status: number, body: unknown): Refused {
    if (typeof body === "object" && body !== null && "detail" in body) {
      const problem = body as { type?: string; detail: string; errors?: Wrong[] };
      return new Refused(status, problem.type ?? "", problem.detail, problem.errors ?? []);
    }
    return new Refused(status, "", `The server answered ${status}.`);
  }
}
