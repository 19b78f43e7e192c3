/** What goes out with a request that somebody tries in the reference. */
import { expect, test } from "vitest";
import { proving } from "./proving";

const HERE = "https://conf.example.com";

async function sent(url: string, init: RequestInit, csrf: string | undefined): Promise<Headers> {
  let headers = new Headers();
  const fetch = proving(
    async (input) => {
      headers = new Request(input).headers;
      return new Response();
    },
    HERE,
    csrf,
  );
  await fetch(url, init);
  return headers;
}

test("what changes something is proven, and only here", async () => {
  const change = { method: "DELETE" };
  expect((await sent(`${HERE}/api/v1/rooms/801`, change, "abc")).get("x-conclave-csrf")).toBe("abc");
  expect((await sent(`${HERE}/api/v1/rooms`, {}, "abc")).has("x-conclave-csrf")).toBe(false);
  expect((await sent("https://elsewhere.example.com/", change, "abc")).has("x-conclave-csrf")).toBe(false);
});

test("an empty token does not stand in the way of the session, a real one wins", async () => {
  const empty = { method: "POST", headers: { authorization: "Bearer " } };
  expect((await sent(`${HERE}/api/v1/rooms`, empty, "abc")).has("authorization")).toBe(false);
  const real = { method: "POST", headers: { authorization: "Bearer conclave_1" } };
  const headers = await sent(`${HERE}/api/v1/rooms`, real, "abc");
  expect(headers.get("authorization")).toBe("Bearer conclave_1");
  expect(headers.has("x-conclave-csrf")).toBe(false);
});
