/** Recordings from the button to the ear: started, told, listened to, fetched, deleted. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { Download, Locator, Page } from "@playwright/test";
import { en as access } from "../src/i18n/access";
import { en as live } from "../src/i18n/live";
import { en as now } from "../src/i18n/now";
import { de, en } from "../src/i18n/recordings";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import type { Phone } from "./fixtures/phone";
import type { Server } from "./fixtures/server";
import { Ear } from "./fixtures/sound";
import { expect, speakGerman, test } from "./fixtures/test";

const LOW_HZ = 500;
const HIGH_HZ = 1_100;
/** What a silent room has of noise is far below. */
const SPOKEN = 0.01;

interface Recording {
  readonly id: string;
  readonly state: string;
  readonly duration_ms: number;
  readonly participants: number;
}

test("a recording is started and stopped on the live page, and everybody there hears so", async ({ as, phone, server }) => {
  await server.addRoom("Board", { extension: "871" });
  const [ear, other] = [await phone(0, "Ear"), await phone(0, "Other")];
  await ear.call(server.uri("871"));
  await other.call(server.uri("871"));
  await expect.poll(() => server.participants("871")).toHaveLength(2);
  const page = await as("moderator", "/rooms/871/live");
  const second = await as("moderator", "/");
  await button(page, live["live.record"]).click();
  await expect(page.getByText(/^REC 0:0\d$/)).toBeVisible();
  await expect(page.getByText(live["live.recording.started"]).first()).toBeVisible();
  await expect(page.getByText("A recording began (by The moderator)")).toBeVisible();
  await spoken(ear, "that it is recorded");
  await look(page, "live-recording");
  const card = second.getByRole("listitem").filter({ hasText: "Board" });
  await expect(card.getByText(/^REC /), "other pages see it").toBeVisible();

  const late = await phone(0, "Late");
  await late.call(server.uri("871"));
  await spoken(late, "that it is recorded, though it began before");
  await page.locator("body").press("Shift+R");
  await expect(page.getByText("The recording ended (by The moderator)")).toBeVisible();
  await expect(page.getByText(/^REC /)).toHaveCount(0);
  await expect(button(page, live["live.record"])).toBeVisible();
  await spoken(other, "that it has ended");
  const [first] = await finished(server, "871", 1);

  await button(page, live["live.record"]).click();
  await card.getByRole("button", { name: live["live.record.stop"] }).click();
  await expect(page.getByText(/^REC /)).toHaveCount(0);
  await expect.poll(async () => (await recordings(server, "871"))[0]?.duration_ms, "it goes on in the same file")
    .toBeGreaterThan(first?.duration_ms ?? 0);
  await finished(server, "871", 1);

  await expect(page.getByRole("link", { name: shell["shell.recordings"] }), "a moderator may not listen").toHaveCount(0);
  await page.goto("/recordings");
  await expect(page.getByText(shell["shell.not_permitted"])).toBeVisible();
});

test("a recording is played, moved through, fetched and deleted", async ({ as, phone, server }) => {
  const id = await record(server, phone, "872", "Quarterly review");
  const page = await as("owner", "/recordings");
  const row = page.getByRole("listitem").filter({ hasText: "Quarterly review" });
  await expect(row).toContainText(en["recordings.kept_until"]);
  await look(page, "recordings");
  await row.getByRole("heading").getByRole("link").click();
  await expect(page).toHaveURL(`/recordings/${id}`);
  const lanes = page.getByRole("listitem").filter({ hasText: /Low|High/ });
  await expect(lanes).toHaveText([/Low/, /High/]);
  const wave = page.getByRole("slider", { name: en["recordings.position"] });
  await expect(wave.locator("path")).toHaveAttribute("d", /^M0 [\d.]+L1 /);
  await look(page, "recording");

  await button(page, en["recordings.play"]).click();
  await expect.poll(() => position(page)).toBeGreaterThan(1);
  await expect(button(page, en["recordings.pause"])).toBeVisible();
  await expect.poll(() => loudestPitch(page), "the one who spoke first").toBeCloseTo(LOW_HZ, -2);
  const length = await lengthOf(page);
  const part = page.waitForResponse((answer) => answer.url().endsWith("/media") && answer.status() === 206);
  await page.reload();
  await part;
  await wave.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => position(page)).toBeCloseTo(length - 5, 0);
  await page.keyboard.press("Space");
  await expect.poll(() => position(page)).toBeGreaterThan(length - 4.5);
  await expect.poll(() => loudestPitch(page), "the one who spoke last").toBeCloseTo(HIGH_HZ, -2);
  const box = await wave.boundingBox();
  if (box === null) throw new Error("the waveform is not shown");
  await page.mouse.click(box.x + box.width / 4, box.y + box.height / 2);
  await expect.poll(() => position(page), "a click is a place").toBeLessThan(length / 4 + 2);
  await lanes.getByRole("button", { name: /High/ }).click();
  await expect.poll(() => loudestPitch(page), "a lane leads to its voice").toBeCloseTo(HIGH_HZ, -2);

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: en["recordings.download"] }).click()]);
  expect(download.suggestedFilename()).toMatch(/^872-Quarterly-review-.*\.opus$/);
  const ear = await decoded(download);
  expect(ear.seconds).toBeCloseTo(length, 1);
  expect(ear.hears(LOW_HZ, 0.5, 3)).toBeGreaterThan(0.4);
  expect(ear.hears(HIGH_HZ, length - 3, length)).toBeGreaterThan(0.4);
  expect(ear.hears(LOW_HZ, length - 2, length), "who is muted").toBe(0);

  await button(page, en["recordings.delete"]).click();
  await expect(page.getByRole("dialog")).toContainText("Quarterly review");
  await look(page, "recording-delete");
  await page.getByRole("dialog").getByRole("button", { name: shell["shell.cancel"] }).click();
  expect(await recordings(server, "872")).toHaveLength(1);
  await button(page, en["recordings.delete"]).click();
  await page.getByRole("dialog").getByRole("button", { name: en["recordings.delete"] }).click();
  await expect(page).toHaveURL("/recordings");
  await expect(page.getByText(/Quarterly review.* was deleted/).first()).toBeVisible();
  await expect(row).toHaveCount(0);
  expect(await recordings(server, "872")).toHaveLength(0);
  await page.goto(`/recordings/${id}`);
  await expect(page.getByRole("alert")).toHaveText(en["recordings.gone"]);
  await page.goto("/settings/audit");
  for (const deed of ["access.deed.recording.listened", "access.deed.recording.deleted"] as const) {
    await expect(page.getByText(access[deed]).first()).toBeVisible();
  }
});

test("an auditor listens, deletes nothing, and reads all of it in German", async ({ as, phone, server }) => {
  const id = await record(server, phone, "873", "Prüfung <b>fett</b>");
  const page = await as("auditor", `/recordings/${id}`);
  await button(page, en["recordings.play"]).click();
  await expect.poll(() => position(page)).toBeGreaterThan(0.5);
  await expect(page.getByRole("link", { name: en["recordings.download"] })).toBeVisible();
  await expect(button(page, en["recordings.delete"])).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Prüfung <b>fett</b>");
  await expect(page.locator("h1 b")).toHaveCount(0);
  const refused = await page.request.delete(`/api/v1/recordings/${id}`, { headers: { "X-Conclave-CSRF": "guessed" } });
  expect(refused.status()).toBe(403);
  await speakGerman(page);
  await expect(button(page, de["recordings.pause"])).toBeVisible();
  await page.getByRole("link", { name: de["recordings.all"] }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Prüfung" })).toContainText(de["recordings.kept_until"]);
  await page.getByLabel(de["recordings.search"]).fill("nowhere");
  await expect(page.getByText(de["recordings.none.found"])).toBeVisible();
  await page.getByLabel(de["recordings.search"]).fill("fett");
  await expect(page.getByRole("link", { name: /873/ })).toBeVisible();
});

test("what begins before a page can hear of it is on the page all the same", async ({ as, phone, server }) => {
  await server.addRoom("Early", { extension: "875" });
  const caller = await phone(LOW_HZ, "Caller");
  await caller.call(server.uri("875"));
  await expect.poll(() => server.participants("875")).toHaveLength(1);
  const page = await as("owner", "/settings");
  let hear = () => {};
  const deaf = new Promise<void>((resolve) => (hear = resolve));
  await page.route("**/api/v1/events", async (route) => {
    await deaf;
    await route.continue();
  });
  const list = page.waitForResponse((response) => response.url().endsWith("/api/v1/recordings"));
  await page.goto("/recordings");
  await list;
  await server.ask("PATCH", "/rooms/875/live", { recording: true });
  await expect.poll(() => recordings(server, "875")).toHaveLength(1);
  hear();
  await expect(page.getByRole("listitem").filter({ hasText: "Early" })).toContainText(en["recordings.state.running"]);
});

test("what a crash cuts off is said, and can be listened to so far", async ({ as, phone, server }) => {
  await server.addRoom("Crash", { extension: "874" });
  const caller = await phone(LOW_HZ, "Caller");
  await caller.call(server.uri("874"));
  await expect.poll(() => server.participants("874")).toHaveLength(1);
  const page = await as("owner", "/recordings");
  const start = Date.now();
  await server.ask("PATCH", "/rooms/874/live", { recording: true });
  const row = page.getByRole("listitem").filter({ hasText: "Crash" });
  await expect(row).toContainText(en["recordings.state.running"]);
  await row.getByRole("heading").getByRole("link").click();
  await expect(page.getByText(en["recordings.runs"])).toBeVisible();
  await expect.poll(() => Date.now() - start, { timeout: 8_000 }).toBeGreaterThan(5_000);
  await server.crashAndStartAgain();
  await page.goto("/");
  const told = page.getByRole("link", { name: now["now.attention.recording"].replace("{room}", "874 Crash") });
  await told.click();
  await expect(page.getByText(en["recordings.cut"])).toBeVisible();
  await expect(page.getByText(en["recordings.state.failed"])).toBeVisible();
  await button(page, en["recordings.play"]).click();
  await expect.poll(() => position(page)).toBeGreaterThan(1);
  await expect.poll(() => loudestPitch(page)).toBeCloseTo(LOW_HZ, -2);
  await look(page, "recording-cut");
});

function button(page: Page, name: string): Locator {
  return page.getByRole("button", { name: new RegExp(`${name}$`) });
}

/** Nobody speaks there but the server. */
async function spoken(ear: Phone, what: string): Promise<void> {
  await expect.poll(() => ear.heard().loudness(ear.heard().seconds - 1), what).toBeGreaterThan(SPOKEN);
  await expect.poll(() => ear.heard().loudness(ear.heard().seconds - 1), what).toBeLessThan(SPOKEN / 10);
}

/** First one speaks and then another; the recording's id. */
async function record(
  server: Server, phone: (pitchHz: number, name?: string) => Promise<Phone>, extension: string, title: string,
): Promise<string> {
  await server.addRoom(title, { extension });
  const low = await phone(LOW_HZ, "Low");
  await low.call(server.uri(extension));
  await expect.poll(() => server.participants(extension)).toHaveLength(1);
  await server.ask("PATCH", `/rooms/${extension}/live`, { recording: true });
  const high = await phone(HIGH_HZ, "High");
  await low.listen(4);
  await high.call(server.uri(extension));
  await low.hears(HIGH_HZ);
  const first = (await server.participants(extension))[0]?.id;
  await server.ask("PATCH", `/rooms/${extension}/live/participants/${first}`, { muted: true });
  await low.listen(6);
  await server.ask("PATCH", `/rooms/${extension}/live`, { recording: false });
  const [recording] = await finished(server, extension, 1);
  expect(recording?.participants).toBe(2);
  return recording?.id ?? "";
}

async function recordings(server: Server, extension: string): Promise<Recording[]> {
  return (await server.ask<{ items: Recording[] }>("GET", `/recordings?room=${extension}`)).items;
}

/** Newest first, once there are so many that can be listened to. */
async function finished(server: Server, extension: string, count: number): Promise<Recording[]> {
  const states = async () => (await recordings(server, extension)).map(({ state }) => state);
  await expect.poll(states).toEqual(Array.from({ length: count }, () => "ready"));
  return recordings(server, extension);
}

function position(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector("audio")?.currentTime ?? -1);
}

function lengthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.querySelector("audio")?.duration ?? -1);
}

/** What comes out of the page's player, in Hz. */
function loudestPitch(page: Page): Promise<number> {
  return page.evaluate(async () => {
    type Kept = { analyser?: AnalyserNode };
    const kept = globalThis as unknown as Kept;
    const sound = document.querySelector("audio");
    if (kept.analyser === undefined && sound !== null) {
      const context = new AudioContext();
      await context.resume();
      kept.analyser = new AnalyserNode(context, { fftSize: 8_192, smoothingTimeConstant: 0 });
      context.createMediaElementSource(sound).connect(kept.analyser).connect(context.destination);
    }
    if (kept.analyser === undefined) return 0;
    const bins = new Float32Array(kept.analyser.frequencyBinCount);
    kept.analyser.getFloatFrequencyData(bins);
    const loudest = bins.reduce((best, level, at) => (level > (bins[best] ?? -Infinity) ? at : best), 0);
    const audible = (bins[loudest] ?? -Infinity) > -60;
    return audible ? (loudest * kept.analyser.context.sampleRate) / kept.analyser.fftSize : 0;
  });
}

/** What a program that is not ours makes of the file. */
async function decoded(download: Download): Promise<Ear> {
  const opus = await download.path();
  expect(readFileSync(opus).subarray(0, 4).toString()).toBe("OggS");
  const wav = test.info().outputPath("sound.wav");
  writeFileSync(wav, "");
  execFileSync("opusdec", ["--quiet", "--rate", "48000", opus, wav]);
  return Ear.open(wav);
}
