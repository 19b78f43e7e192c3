/** What a role does not include is neither shown nor done, by the page and by the API. */
import type { Page } from "@playwright/test";
import { en as live } from "../src/i18n/live";
import { en } from "../src/i18n/shell";
import { expect, test, type RoleName } from "./fixtures/test";

const PIN = "604217";
const LOW_HZ = 500;

test("a moderator leads a room and cannot read its PIN", async ({ as, server }) => {
  await server.addRoom("Secret", { extension: "821", pin: PIN });
  const page = await as("moderator", "/rooms/821/live");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Secret");
  expect(await page.content()).not.toContain(PIN);
  expect(await status(page, "GET", "/rooms/821/pin")).toBe(403);
  expect(await status(page, "POST", "/rooms/821/pin", {})).toBe(403);
  expect(await status(page, "PATCH", "/rooms/821", { title: "Mine" })).toBe(403);
  const room = await (await page.request.get("/api/v1/rooms/821")).text();
  expect(room).toContain('"pin_set":true');
  expect(room).not.toContain(PIN);
  const owner = await as("owner", "/");
  const pin = (await (await owner.request.get("/api/v1/rooms/821/pin")).json()) as { pin: string };
  expect(pin.pin).toBe(PIN);
  expect(server.log()).not.toContain(PIN);
});

test("an auditor sees who is there and has nothing to press", async ({ as, phone, server }) => {
  await server.addRoom("Seen", { extension: "822" });
  const caller = await phone(LOW_HZ, "Caller");
  await caller.call(server.uri("822"));
  const page = await as("auditor", "/rooms/822/live");
  await expect(page.getByRole("grid").getByText("Caller")).toBeVisible();
  for (const name of [live["live.mute_all"], live["live.lock"], live["live.end"], "Mute Caller"]) {
    await expect(page.getByRole("button", { name })).toHaveCount(0);
  }
  await page.locator("body").press("ArrowDown");
  await page.locator("body").press("m");
  await page.locator("body").press("Shift+L");
  const participants = await server.participants("822");
  expect(participants.map(({ muted }) => muted)).toEqual([false]);
  expect(await status(page, "PATCH", "/rooms/822/live", { locked: true })).toBe(403);
  expect(caller.hasEnded).toBe(false);
});

test("every role is refused what it does not include", async ({ as, server }) => {
  await server.addRoom("Ruled", { extension: "823", pin: PIN });
  const asked = [
    ["GET", "/rooms/823/pin", undefined],
    ["PATCH", "/rooms/823", { title: "Ruled" }],
    ["GET", "/users", undefined],
    ["GET", "/tokens", undefined],
    ["GET", "/audit", undefined],
    ["POST", "/session/code", {}],
  ] as const;
  const answers: Record<string, number[]> = {};
  for (const role of ["room-manager", "moderator", "auditor"] satisfies RoleName[]) {
    const page = await as(role, "/");
    await expect(page.getByRole("navigation").first()).toBeVisible();
    answers[role] = [];
    for (const [method, path, body] of asked) answers[role].push(await status(page, method, path, body));
  }
  expect(answers).toEqual({
    "room-manager": [200, 200, 403, 403, 403, 403],
    moderator: [403, 403, 403, 403, 403, 403],
    auditor: [403, 403, 403, 403, 200, 403],
  });
});

test("a request of another site is refused, and so is one of nobody", async ({ as, stranger, server }) => {
  await server.addRoom("Forged", { extension: "824", pin: PIN });
  const page = await as("owner", "/");
  const forged = await page.request.patch("/api/v1/rooms/824", { data: { title: "Gone" } });
  expect(forged.status()).toBe(403);
  const nobody = await stranger("/rooms/824/live");
  await expect(nobody.getByRole("heading", { name: en["sign_in.title"] })).toBeVisible();
  expect((await nobody.request.get("/api/v1/rooms/824/pin")).status()).toBe(401);
});

/** The answer to a request that the page itself could send. */
async function status(page: Page, method: string, path: string, data?: object): Promise<number> {
  const { csrf } = (await (await page.request.get("/api/v1/session")).json()) as { csrf: string };
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    headers: { "x-conclave-csrf": csrf },
    ...(data === undefined ? {} : { data }),
  });
  return answer.status();
}
