/** The call log and one call, after real calls: a wrong PIN, a talk, an end. */
import { de, en } from "../src/i18n/calls";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, speakGerman, test } from "./fixtures/test";

const LOW_HZ = 500;
const PIN = "604217";
const HOSTILE = "<i>Ida</i>";

test("a call stands in the log when it ends, with what happened, how it sounded and what was said", async ({ as, phone, server }) => {
  await server.addRoom("Logged", { extension: "831", pin: PIN });
  const page = await as("owner", "/calls");
  await expect(page.getByText(en["calls.none"])).toBeVisible();
  await look(page, "calls-empty");
  const caller = await phone(LOW_HZ, HOSTILE);
  await caller.call(server.uri("831"));
  await caller.press("111111");
  await caller.press(PIN);
  await expect.poll(() => server.participants("831")).toHaveLength(1);
  await server.ask("DELETE", "/rooms/831/live");
  await caller.ends();

  const row = page.getByRole("row").filter({ hasText: HOSTILE });
  await expect(row).toContainText("Logged");
  await expect(row).toContainText(/In the room after [\d.]+ s\./);
  await expect(row).toContainText(en["calls.end.room_ended"]);
  await row.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(HOSTILE);
  await expect(page.locator("main i:not([aria-hidden])")).toHaveCount(0);
  const happened = page.getByRole("region", { name: en["calls.what_happened"] });
  for (const step of ["rang", "answered", "pin_asked", "pin_wrong", "pin_right", "joined", "ended"] as const) {
    await expect(happened.locator("ol").getByText(en[`calls.step.${step}`]).first()).toBeVisible();
  }
  const facts = page.getByRole("region", { name: en["calls.details"] });
  await expect(facts.locator("dt", { hasText: en["calls.wrong_pins"] }).locator("+ dd")).toHaveText("1");
  // A busy machine sends unevenly, which is not the caller's doing.
  const grade = new RegExp(`${en["calls.sound.good"]}|${en["calls.sound.fair"]}`);
  await expect(page.getByRole("region", { name: en["calls.quality"] })).toContainText(grade);
});

test("the ladder has every message, opens to its text and holds no PIN", async ({ as, server }) => {
  const { items } = await server.ask<{ items: { id: string }[] }>("GET", "/calls");
  const page = await as("owner", `/calls/${items[0]?.id}`);
  const ladder = page.getByRole("region", { name: en["calls.ladder"] });
  const lines = ladder.locator(".line");
  // It is written two seconds after the end of the call.
  await expect(async () => {
    await page.reload();
    await expect(lines.first()).toContainText("INVITE sip:831", { timeout: 1_000 });
  }).toPass();
  for (const line of [/^SIP\/2\.0 200 /, /^ACK /, /^BYE /]) {
    await expect(lines.filter({ hasText: line }).first()).toBeVisible();
  }
  await lines.first().click();
  await expect(ladder.locator("pre").first()).toContainText("m=audio");
  expect(await page.content()).not.toContain(PIN);
  await look(page, "call");
  await speakGerman(page);
  await expect(page.getByRole("heading", { name: de["calls.what_happened"] })).toBeVisible();
  await expect(page.getByText(de["calls.step.pin_wrong"]).first()).toBeVisible();
});

test("filters are kept in the address, and find calls to rooms that do not exist", async ({ as, phone, server }) => {
  const lost = await phone(0, "Lost");
  lost.dial(server.uri("899999"));
  await lost.ends();
  const page = await as("owner", "/calls");
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(2);
  await page.getByLabel(en["calls.problems"]).check();
  await expect(page).toHaveURL(/problem=true/);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(en["calls.end.no_such_room"]);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await look(page, "calls");
  await page.getByLabel(en["calls.number"]).fill("nobody like this");
  await expect(page.getByText(en["calls.none_found"])).toBeVisible();
  await page.getByRole("link", { name: en["calls.clear"] }).click();
  await expect(rows).toHaveCount(2);
});

test("whoever may not see the log is told so", async ({ as }) => {
  const page = await as("moderator", "/calls");
  await expect(page.getByText(shell["shell.not_permitted"])).toBeVisible();
});
