/** Sends with requests of our own pages what proves that they are; knows no page. */

const SAFE = ["GET", "HEAD"];

/** As `fetch`, but what goes to `origin` carries the proof, and no empty token beside it. */
export function proving(fetch: typeof globalThis.fetch, origin: string, csrf: string | undefined): typeof globalThis.fetch {
  return (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== origin) return fetch(request);
    const headers = new Headers(request.headers);
    if (/^bearer\s*$/i.test(headers.get("authorization") ?? "-")) headers.delete("authorization");
    const byCookie = csrf !== undefined && !headers.has("authorization");
    if (byCookie && !SAFE.includes(request.method)) headers.set("x-conclave-csrf", csrf);
    return fetch(new Request(request, { headers, credentials: "same-origin" }));
  };
}
