/** What a moderator does from the live page, as those on the telephone hear it. */
import type { Locator, Page } from "@playwright/test";
import { en } from "../src/i18n/live";
import { en as shell } from "../src/i18n/shell";
import { Cable } from "./fixtures/cable";
import { look } from "./fixtures/look";
import { expect, test } from "./fixtures/test";

const LOW_HZ = 500;
const HIGH_HZ = 1_100;
const PIN = "604217";

const peopleOf = (page: Page): Locator => page.getByRole("grid", { name: en["live.people"] });
const rowOf = (page: Page, name: string): Locator => peopleOf(page).getByRole("row").filter({ hasText: name });

test("who waits at the door is let in without a PIN, or turned away", async ({ as, phone, server }) => {
  await server.addRoom("Closed", { extension: "831", pin: PIN });
  const inside = await phone(LOW_HZ, "Inside");
  await inside.call(server.uri("831"));
  const page = await as("moderator", "/rooms/831/live");
  const waiting = page.getByRole("region", { name: /1 waiting/ });
  await expect(waiting.getByText("Inside")).toBeVisible();
  await waiting.getByRole("button", { name: "Admit Inside" }).click();
  await expect(rowOf(page, "Inside")).toBeVisible();
  await expect(waiting).toHaveCount(0);

  await page.getByRole("button", { name: en["live.lock"] }).click();
  await expect(page.getByText(en["live.locked"], { exact: true })).toBeVisible();
  await expect(page.getByText(/^The room was locked \(by .+\)$/), "who did it").toBeVisible();
  const late = await phone(HIGH_HZ, "Late");
  await late.call(server.uri("831"));
  const stranger = await phone(0, "Stranger");
  await stranger.call(server.uri("831"));
  await expect(page.getByRole("region", { name: /2 waiting/ })).toBeVisible();
  await look(page, "live-waiting");
  const door = page.getByRole("listitem").filter({ hasText: "Stranger" });
  await door.getByRole("button", { name: en["live.decline"] }).click();
  expect(stranger.hasEnded, "one press turned away").toBe(false);
  await door.getByRole("button", { name: en["live.decline.again"] }).click();
  await stranger.ends();
  await expect(page.getByRole("region", { name: /1 waiting/ })).toBeVisible();
  await page.locator("body").press("Shift+A");
  await expect(rowOf(page, "Late")).toBeVisible();
  await late.hears(LOW_HZ);
  await inside.hears(HIGH_HZ);
});

test("a hand that is raised by keypad stands on top until its owner may speak", async ({ as, phone, server }) => {
  await server.addRoom("Questions", { extension: "832" });
  const first = await phone(LOW_HZ, "First");
  await first.call(server.uri("832"));
  const second = await phone(HIGH_HZ, "Second");
  await second.call(server.uri("832"));
  const page = await as("moderator", "/rooms/832/live");
  await expect(peopleOf(page).getByRole("row")).toHaveCount(2);
  await rowOf(page, "First").click();
  await page.getByRole("button", { name: en["live.mute_menu"] }).click();
  await page.getByRole("button", { name: "Mute all but First" }).click();
  await expect(rowOf(page, "Second").getByText(en["live.is_muted"])).toBeVisible();
  await expect(rowOf(page, "First").getByText(en["live.is_muted"])).toHaveCount(0);
  await second.press("*5");
  await expect(rowOf(page, "Second").getByText(en["live.is_raised"])).toBeVisible();
  await expect(peopleOf(page).getByRole("row").first()).toContainText("Second");
  await rowOf(page, "Second").click();
  await page.locator("body").press("h");
  await expect(rowOf(page, "Second").getByText(en["live.is_raised"])).toHaveCount(0);
  await expect(rowOf(page, "Second").getByText(en["live.is_muted"])).toHaveCount(0);
  await first.hears(HIGH_HZ);
});

test("a volume is set by keys and heard by the others", async ({ as, phone, server }) => {
  await server.addRoom("Loud", { extension: "833" });
  const loud = await phone(LOW_HZ, "Loud one");
  await loud.call(server.uri("833"));
  const ear = await phone(0, "Ear");
  await ear.call(server.uri("833"));
  await ear.hears(LOW_HZ);
  const before = await ear.listen(2);
  const loudness = before.ear.loudness(before.from);
  const page = await as("moderator", "/rooms/833/live");
  await rowOf(page, "Loud one").click();
  await page.locator("body").press("v");
  await expect(page.getByLabel(en["live.volume"])).toBeFocused();
  await page.keyboard.press("Home");
  await expect(page.getByText("-20 dB")).toBeVisible();
  await expect.poll(async () => (await server.participants("833")).map((one) => one.volume_db)).toContain(-20);
  const softer = await ear.listen(3);
  const ratio = softer.ear.loudness(softer.from + 1) / loudness;
  expect(ratio).toBeGreaterThan(0.05);
  expect(ratio).toBeLessThan(0.2);
  await look(page, "live-chosen");
});

test("whoever is moved goes on in the other room", async ({ as, phone, server }) => {
  await server.addRoom("Here", { extension: "834" });
  await server.addRoom("There", { extension: "835", pin: PIN });
  const moved = await phone(LOW_HZ, "Mover");
  await moved.call(server.uri("834"));
  const page = await as("moderator", "/rooms/834/live");
  await rowOf(page, "Mover").click();
  await page.getByLabel(en["live.move"]).selectOption({ label: "835 There" });
  expect(await server.participants("834"), "choosing a room moved").toHaveLength(1);
  await page.getByRole("button", { name: en["live.move.do"], exact: true }).click();
  await expect(page.getByText(en["live.nobody"])).toBeVisible();
  await expect(page.getByText("Mover was moved to 835 There").first()).toBeVisible();
  expect(await server.participants("835")).toHaveLength(1);
  expect(moved.hasEnded).toBe(false);
  await page.reload();
  await expect(page.getByText("Mover was moved to 835 There").first(), "the log begins before the page").toBeVisible();
});

test("a prompt is played to everybody in the room", async ({ as, phone, server }) => {
  await server.addRoom("Told", { extension: "836" });
  const [one, other] = [await phone(0, "One"), await phone(0, "Other")];
  await one.call(server.uri("836"));
  await other.call(server.uri("836"));
  const page = await as("moderator", "/rooms/836/live");
  await expect(peopleOf(page).getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: en["live.announce"] }).click();
  await page.getByLabel(en["live.announce.choose"]).selectOption({ label: "This conference is locked." });
  await look(page, "live-announce");
  // The tones of those who came in are over.
  await expect.poll(async () => {
    const quiet = await one.listen(1);
    return quiet.ear.loudness(quiet.from);
  }).toBeLessThan(0.002);
  await page.getByRole("button", { name: en["live.announce.do"], exact: true }).click();
  for (const phone of [one, other]) {
    await expect.poll(() => {
      const ear = phone.heard();
      return ear.loudness(ear.seconds - 1);
    }).toBeGreaterThan(0.01);
  }
});

test("what happens while the page cannot hear is there when it can again", async ({ as, phone, server }) => {
  await server.addRoom("Gap", { extension: "837" });
  const caller = await phone(LOW_HZ, "Caller");
  await caller.call(server.uri("837"));
  const cable = await Cable.to(server.httpPort);
  try {
    const page = await as("moderator", `${cable.url}/rooms/837/live`);
    await expect(rowOf(page, "Caller")).toBeVisible();
    cable.cut();
    await expect(page.getByText(shell["shell.disconnected"])).toBeVisible();
    await server.ask("PATCH", "/rooms/837/live", { locked: true });
    await server.ask("PATCH", "/rooms/837/live", { locked: false });
    const late = await phone(HIGH_HZ, "Second");
    await late.call(server.uri("837"));
    await late.hears(LOW_HZ);
    await expect(rowOf(page, "Second")).toHaveCount(0);
    cable.mend();
    await expect(rowOf(page, "Second")).toBeVisible();
    await expect(page.getByText(shell["shell.disconnected"])).toHaveCount(0);
    await expect(page.getByText("Second came in").first()).toBeVisible();
    await expect(page.getByText("The room was locked").first()).toBeVisible();
  } finally {
    await cable.stop();
  }
});

test("nothing moves under the pointer, and a moment later it does", async ({ as, phone, server }) => {
  await server.addRoom("Still", { extension: "838" });
  const first = await phone(0, "First");
  await first.call(server.uri("838"));
  const second = await phone(0, "Second");
  await second.call(server.uri("838"));
  const page = await as("moderator", "/rooms/838/live");
  await expect(peopleOf(page).getByRole("row")).toHaveCount(2);
  const top = peopleOf(page).getByRole("row").first();
  await rowOf(page, "First").hover();
  const [raised] = (await server.participants("838")).filter(({ name }) => name === "Second");
  await server.ask("PATCH", `/rooms/838/live/participants/${raised?.id}`, { hand_raised: true });
  await rowOf(page, "First").hover({ position: { x: 40, y: 10 } });
  await expect(rowOf(page, "Second").getByText(en["live.is_raised"])).toBeVisible();
  await expect(top).toContainText("First");
  await expect(top, "2 s after the last movement").toContainText("Second");
});
