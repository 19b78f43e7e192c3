/** A room while people are in it, by hands and ears: what is pressed on the page is heard. */
import { de, en } from "../src/i18n/live";
import { look } from "./fixtures/look";
import { Stalls } from "./fixtures/stalls";
import { expect, speakGerman, test } from "./fixtures/test";

const LOW_HZ = 500;
const HIGH_HZ = 1_100;
const HOSTILE = `<img src=x onerror=alert(1)> \u202egnp.exe`;

test("whoever is muted on the page is silent, and whoever is removed is out", async ({ as, phone, server }) => {
  await server.addRoom("Standup", { extension: "811" });
  const low = await phone(LOW_HZ, "Low");
  await low.call(server.uri("811"));
  const high = await phone(HIGH_HZ, "High");
  await high.call(server.uri("811"));
  await high.hears(LOW_HZ);
  const page = await as("owner", "/rooms/811/live");
  const people = page.getByRole("grid", { name: en["live.people"] });
  await expect(people.getByRole("row")).toHaveCount(2);

  await people.getByText("Low").click();
  await expect(people.getByRole("row", { selected: true })).toHaveCount(1);
  expect((await server.participants("811")).some(({ muted }) => muted), "a click acted").toBe(false);
  await people.getByRole("button", { name: "Mute Low" }).click();
  await expect(people.getByText(en["live.is_muted"])).toBeVisible();
  const silence = await high.listen(3);
  expect(silence.ear.hears(LOW_HZ, silence.from + 1)).toBeLessThan(0.04);

  await page.locator("body").press("m");
  await expect(people.getByText(en["live.is_muted"])).toHaveCount(0);
  await high.hears(LOW_HZ);

  await people.getByText("High").click();
  const remove = page.getByRole("button", { name: en["live.remove"], exact: true });
  await remove.click();
  expect(high.hasEnded, "one press removed").toBe(false);
  await page.getByRole("button", { name: en["live.remove.again"] }).click();
  await high.ends();
  await expect(page.getByText("High was removed").first()).toBeVisible();
  expect(low.hasEnded).toBe(false);
});

test("a locked room lets nobody in, and ending it ends every call", async ({ as, phone, server }) => {
  await server.addRoom("Board", { extension: "812" });
  const inside = await phone(LOW_HZ, "Inside");
  await inside.call(server.uri("812"));
  const page = await as("owner", "/rooms/812/live");
  await page.getByRole("button", { name: en["live.lock"] }).click();
  await expect(page.getByText(en["live.locked"], { exact: true })).toBeVisible();
  const late = await phone(0, "Late");
  await late.call(server.uri("812"));
  await late.ends();
  expect(await server.participants("812")).toHaveLength(1);
  await page.getByRole("button", { name: en["live.end"] }).click();
  await page.getByRole("button", { name: en["live.end.again"] }).click();
  await inside.ends();
  await expect(page.getByText(en["live.nobody"])).toBeVisible();
});

test("names and titles are text, whatever is in them", async ({ as, phone, server }) => {
  await server.addRoom(HOSTILE, { extension: "813" });
  const caller = await phone(LOW_HZ, "<b onclick=alert(2)>Eve</b>");
  await caller.call(server.uri("813"));
  const page = await as("owner", "/rooms/813/live");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<img src=x");
  await expect(page.getByRole("grid").getByText("<b onclick=alert(2)>Eve</b>")).toBeVisible();
  await expect(page.locator("main img, main b")).toHaveCount(0);
  await look(page, "live-hostile");
  await page.goto("/");
  await expect(page.getByRole("link", { name: /<img src=x/ }).first()).toBeVisible();
  await expect(page.locator("main img, main b")).toHaveCount(0);
  await look(page, "now-hostile");
});

test("two hundred people are followed without a stall", async ({ as, crowd, server }) => {
  test.setTimeout(120_000);
  await server.addRoom("All hands", { extension: "814" });
  await crowd("814", { calls: 200, talkers: 3 });
  const page = await as("owner", "/");
  const stalls = await Stalls.watch(page);
  await page.goto("/rooms/814/live");
  const people = page.getByRole("grid", { name: en["live.people"] });
  await expect(people).toHaveAttribute("aria-rowcount", "200");
  await expect(page.locator("[data-speaker]").first()).toBeVisible();
  await people.focus();
  for (let pressed = 0; pressed < 30; pressed++) await page.keyboard.press("ArrowDown");
  await expect(people.getByRole("row", { selected: true })).toBeVisible();
  await page.getByRole("button", { name: en["live.mute_all"] }).click();
  await expect(page.getByText(en["live.silence"])).toBeVisible();
  await page.getByRole("button", { name: en["live.unmute_all"] }).click();
  await expect(page.locator("[data-speaker]").first()).toBeVisible();
  const longest_ms = await stalls.longestMs();
  console.log(`200 people: the longest task took ${longest_ms.toFixed(0)} ms`);
  expect(longest_ms).toBeGreaterThan(0);
  expect(longest_ms).toBeLessThan(200);
  await look(page, "live-200");
  await page.goto("/");
  await expect(page.getByText("All hands")).toBeVisible();
  await look(page, "now");
});

test("the page speaks German", async ({ as, server }) => {
  await server.addRoom("Leer", { extension: "815" });
  const page = await as("owner", "/rooms/815/live");
  await expect(page.getByText(en["live.nobody"])).toBeVisible();
  await look(page, "live-empty");
  await speakGerman(page);
  await expect(page.getByText(de["live.nobody"])).toBeVisible();
});
