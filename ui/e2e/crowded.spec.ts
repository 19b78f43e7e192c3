/** How soon speech is seen, and whether the page keeps up with five hundred people: figures. */
import type { Page } from "@playwright/test";
import { en } from "../src/i18n/live";
import { look } from "./fixtures/look";
import { Seen } from "./fixtures/seen";
import type { Server } from "./fixtures/server";
import { Speaker } from "./fixtures/speaker";
import { Stalls } from "./fixtures/stalls";
import { expect, test } from "./fixtures/test";

/** What is promised from the first sound on. */
const SHOWN_WITHIN_MS = 150;
/** The page's part of it, from the server's event on, on a machine that is busy with 500 callers. */
const PAGE_WITHIN_MS = 75;
const ONSETS = 15;
const PEOPLE = 500;

test("whoever speaks is shown at once, in a small room", async ({ as, phone, server }) => {
  await server.addRoom("Small", { extension: "841" });
  const listener = await phone(0, "Listener");
  await listener.call(server.uri("841"));
  const page = await as("owner", "/rooms/841/live");
  const shown = await onsets(page, server, "841");
  expect(shown.from_sound_ms).toBeLessThan(SHOWN_WITHIN_MS);
});

test("five hundred people come, speak, and are muted, and the page keeps up", async ({ as, crowd, server }) => {
  test.setTimeout(240_000);
  await server.addRoom("Everybody", { extension: "842" });
  const page = await as("owner", "/");
  const stalls = await Stalls.watch(page);
  await page.goto("/rooms/842/live");
  await expect(page.getByText(en["live.nobody"])).toBeVisible();
  await watchDelays(page);
  await crowd("842", { calls: PEOPLE, talkers: 3 });
  const people = page.getByRole("grid", { name: en["live.people"] });
  await expect(people).toHaveAttribute("aria-rowcount", String(PEOPLE));
  await expect(page.locator("[data-speaker]").first()).toBeVisible();
  expect(await people.getByRole("row").count(), "only what is in view is drawn").toBeLessThan(60);
  await people.focus();
  for (let pressed = 0; pressed < 60; pressed++) await page.keyboard.press("ArrowDown");
  await expect(people.getByRole("row", { selected: true })).toBeVisible();
  await people.hover();
  for (let turned = 0; turned < 20; turned++) await page.mouse.wheel(0, 900);
  await page.getByRole("button", { name: en["live.mute_all"] }).click();
  await expect(page.getByText(en["live.silence"])).toBeVisible();
  await page.getByRole("button", { name: en["live.unmute_all"] }).click();
  await expect(page.locator("[data-speaker]").first()).toBeVisible();
  const longest_ms = await stalls.longestMs();
  const delays = await longestDelays(page);
  console.log(`${PEOPLE} people: the longest task took ${longest_ms.toFixed(0)} ms; from a key or click to the picture at most ${delays.worst_ms} ms (${delays.count} of them)`);
  expect(longest_ms).toBeGreaterThan(0);
  expect(longest_ms).toBeLessThan(200);
  await look(page, "live-500");
  const shown = await onsets(page, server, "842");
  expect(shown.from_event_ms).toBeLessThan(PAGE_WITHIN_MS);
});

interface Medians {
  readonly from_sound_ms: number;
  readonly from_event_ms: number;
}

/** Speaks and falls silent again and again; from the first packet of sound to the name on the page. */
async function onsets(page: Page, server: Server, extension: string): Promise<Medians> {
  const speaker = await Speaker.call(server.sipPort, extension, "Measured");
  try {
    await expect.poll(async () => (await server.participants(extension)).map(({ name }) => name))
      .toContain("Measured");
    const seen = await Seen.watch(page, "[data-speaker]", "Measured");
    const began: number[] = [];
    const shown: number[] = [];
    const drawn: number[] = [];
    const gone: number[] = [];
    for (let onset = 0; onset < ONSETS; onset++) {
      const spoke_ms = await speaker.speak();
      const there = await seen.next(true, spoke_ms);
      began.push(spoke_ms);
      shown.push(there.at_ms - spoke_ms);
      drawn.push(there.drawn_ms - spoke_ms);
      const hushed_ms = await speaker.hush();
      gone.push((await seen.next(false, hushed_ms)).at_ms - hushed_ms);
    }
    const known = await eventsAfter(server, extension, began);
    console.log([
      `${extension}: from the first packet of sound to the name on the page ${figures(shown)},`,
      `to the picture ${figures(drawn)}, to the server's event ${figures(known)};`,
      `from the last packet to gone ${figures(gone)}`,
    ].join(" "));
    const after = shown.map((ms, onset) => ms - (known[onset] ?? NaN));
    return { from_sound_ms: median(shown), from_event_ms: median(after) };
  } finally {
    await speaker.stop();
  }
}

/** How long after each of these moments the server says that the speech began. */
async function eventsAfter(server: Server, extension: string, began: readonly number[]): Promise<number[]> {
  const path = `/rooms/${extension}/live/events?types=participant.speaking_started&limit=1000`;
  const page = await server.ask<{
    items: { time: string; data: { participant: { name: string | null } } }[];
  }>("GET", path);
  const times = page.items
    .filter(({ data }) => data.participant.name === "Measured")
    .map(({ time }) => Date.parse(time));
  return began.map((at) => (times.find((time) => time >= at) ?? NaN) - at);
}

function median(all: readonly number[]): number {
  return [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? NaN;
}

function figures(all: readonly number[]): string {
  return `${median(all)} ms (${Math.min(...all)} to ${Math.max(...all)})`;
}

/** Counts from what is pressed to the picture that follows, as the browser does. */
async function watchDelays(page: Page): Promise<void> {
  await page.evaluate(() => {
    const delays: number[] = [];
    Object.assign(globalThis, { delays });
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) delays.push(entry.duration);
    });
    observer.observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
}

async function longestDelays(page: Page): Promise<{ worst_ms: number; count: number }> {
  return page.evaluate(() => {
    const { delays } = globalThis as unknown as { delays: number[] };
    return { worst_ms: Math.max(0, ...delays), count: delays.length };
  });
}
