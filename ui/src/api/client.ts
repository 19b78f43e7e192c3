/** The public API, typed by its own description; knows who is signed in only as a header. */
import createClient, { type Middleware } from "openapi-fetch";
import { Refused } from "./problem";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];

let csrf: string | undefined;
let whenSignedOut: () => void = () => {};

/** Sent with everything that changes something, as proof that a page of ours asked (CSRF). */
export function useCsrf(token: string | undefined): void {
  csrf = token;
}

/** Called when the server no longer knows us. */
export function onSignedOut(then: () => void): void {
  whenSignedOut = then;
}

/** For what the typed client cannot say: uploads, downloads, streams. */
export function csrfHeaders(): Record<string, string> {
  return csrf === undefined ? {} : { "X-Conclave-CSRF": csrf };
}

const guard: Middleware = {
  onRequest({ request }) {
    if (csrf !== undefined && request.method !== "GET") {
      request.headers.set("X-Conclave-CSRF", csrf);
    }
  },
  onResponse({ request, response }) {
    // Signing in with a wrong password is a 401 too, and no end of a session.
    const signingIn = request.url.endsWith("/session") && request.method === "POST";
    if (response.status === 401 && !signingIn) whenSignedOut();
  },
};

export const api = createClient<paths>({ baseUrl: "/" });
api.use(guard);

/** The answer's body, or `Refused`. */
export async function ask<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer.catch((): never => {
    throw new Refused(0, "", "");
  });
  if (error !== undefined || !response.ok) throw Refused.of(response.status, error);
  return data as T;
}
