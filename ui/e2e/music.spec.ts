/** Music and prompts brought by hand and heard by ear: what is dropped on the page is in the phone. */
import { truncateSync, writeFileSync } from "node:fs";
import { request as ask } from "node:http";
import type { Page } from "@playwright/test";
import { de, en } from "../src/i18n/music";
import { en as rooms } from "../src/i18n/rooms";
import { en as shell } from "../src/i18n/shell";
import type { Server } from "./fixtures/server";
import { tone } from "./fixtures/sound";
import { expect, speakGerman, test } from "./fixtures/test";

const LOW_HZ = 440;
const HIGH_HZ = 1_250;
/** No voice has it. */
const WHISTLE_HZ = 2_700;

test("music is dropped on the page, and a lone caller hears it", async ({ as, phone, server }) => {
  await server.addRoom("Waiting room", { extension: "851" });
  const page = await as("owner", "/music");
  await page.getByRole("button", { name: en["music.new"] }).click();
  await expect(page.getByLabel(en["music.new.name"])).toBeFocused();
  await page.keyboard.type("tones");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/music/tones");
  await expect(page.getByText(en["music.none"])).toBeVisible();
  await drop(page, { "low.wav": tone(LOW_HZ, 8) });
  const track = page.locator("ol li").filter({ hasText: "low.wav" });
  await expect(track).toContainText("0:08");
  await expect(track).toContainText("LUFS");
  await track.getByRole("button", { name: "Listen to low.wav" }).click();
  await expect(track.getByRole("button", { name: "Stop low.wav" })).toBeVisible();

  await page.goto("/rooms/851");
  await page.getByLabel(rooms["rooms.music"]).selectOption("tones");
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  const caller = await phone(0, "Lone");
  await caller.call(server.uri("851"));
  await caller.hears(LOW_HZ);
  const heard = await caller.listen(3);
  expect(heard.ear.hears(LOW_HZ, heard.from), "the tone that was dropped").toBeGreaterThan(0.9);
  expect(heard.ear.hears(HIGH_HZ, heard.from), "and nothing else").toBe(0);
  await page.goto("/music/tones");
  await expect(page.getByRole("link", { name: "851 Waiting room" })).toBeVisible();
});

test("a phone's ear hears the track as the phone does", async ({ as, server }) => {
  await fill(server);
  const page = await as("owner", "/music/tones");
  for (const [ear, rate] of [["pcma", 8_000], ["g722", 16_000], ["opus", 48_000]] as const) {
    await page.getByLabel(en["music.listen.as"]).selectOption(ear);
    const asked = page.waitForRequest(/\/audio\?as=/);
    await page.getByRole("button", { name: /^(Listen to|Stop) low.wav/ }).click();
    expect((await asked).url()).toContain(`as=${ear}`);
    const wav = await (await page.request.get((await asked).url())).body();
    expect(wav.readUInt32LE(24)).toBe(rate);
  }
  expect(server.log()).not.toContain("panic");
});

test("what is too large or no sound is refused in a sentence, and nothing is kept", async ({ as, server }, info) => {
  await fill(server);
  const page = await as("owner", "/music/tones");
  const large = info.outputPath("large.wav");
  writeFileSync(large, "");
  truncateSync(large, 256 * 1024 * 1024 + 1);
  await page.getByRole("button", { name: en["music.upload"] }).setInputFiles(large);
  const problems = page.getByRole("group", { name: en["music.upload"] }).getByRole("alert");
  await expect(problems).toContainText("large.wav: larger than 256 MiB");
  await drop(page, {
    "script.mp3": Buffer.from("#!/bin/sh\nrm -rf /\n".repeat(50)),
    "page.wav": Buffer.from("<!doctype html><script>alert(1)</script>"),
  });
  await expect(problems).toHaveCount(3);
  await expect(problems.nth(1)).toContainText("script.mp3: the file cannot be played");
  await expect(problems.nth(2)).toContainText("page.wav: the file cannot be played");
  await page.getByRole("button", { name: shell["shell.dismiss"] }).first().click();
  await expect(problems).toHaveCount(2);
  expect(await tracks(server)).toEqual(["low.wav"]);
  const path = "/api/v1/playlists/tones/tracks?file=huge.wav";
  expect(await announce(page, path, 256 * 1024 * 1024 + 1), "refused before it is sent").toBe(413);
});

test("tracks are put in order by keys, renamed and removed", async ({ as, server }) => {
  await fill(server);
  const page = await as("owner", "/music/tones");
  await drop(page, { "mid.wav": tone(HIGH_HZ, 3), "third.wav": tone(HIGH_HZ, 2) });
  const names = page.locator("ol li .name");
  await expect(names).toHaveText(["1. low.wav", "2. mid.wav", "3. third.wav"]);
  await page.getByRole("button", { name: "Move third.wav: up and down arrow keys" }).focus();
  await page.keyboard.press("ArrowUp");
  await expect(names).toHaveText(["1. low.wav", "2. third.wav", "3. mid.wav"]);
  await page.getByRole("button", { name: "Move mid.wav up" }).click();
  await expect(names).toHaveText(["1. low.wav", "2. mid.wav", "3. third.wav"]);
  await page.getByRole("button", { name: "Rename third.wav" }).click();
  const field = page.getByRole("dialog").getByLabel(en["music.rename.name"]);
  await field.fill("mid.wav");
  await page.getByRole("button", { name: shell["shell.save"] }).click();
  await expect(page.getByRole("dialog").getByRole("alert").first()).toBeVisible();
  await expect(field).toHaveValue("mid.wav");
  await field.fill("last.wav");
  await page.keyboard.press("Enter");
  await expect(names).toHaveText(["1. low.wav", "2. mid.wav", "3. last.wav"]);
  await page.getByRole("button", { name: "Remove last.wav" }).click();
  await page.getByRole("dialog").getByRole("button", { name: shell["shell.delete"] }).click();
  await expect(names).toHaveText(["1. low.wav", "2. mid.wav"]);
  expect(await tracks(server)).toEqual(["low.wav", "mid.wav"]);
});

test("a prompt is replaced in one language alone, and put back", async ({ as, phone, server }) => {
  await server.addRoom("Allein", { extension: "852", language: "de" });
  await server.addRoom("Alone", { extension: "853", language: "en" });
  const page = await as("owner", "/music");
  await page.getByLabel(en["music.prompts.search"]).fill("only-one");
  const row = page.getByRole("row").filter({ hasText: "only-one" });
  const [english, german] = [row.getByRole("cell").nth(0), row.getByRole("cell").nth(1)];
  await german.getByLabel(/^Replace .*\(de\)/).setInputFiles({ name: "mine.wav", mimeType: "audio/wav", buffer: tone(WHISTLE_HZ, 3) });
  await expect(german.getByText(en["music.prompts.replaced"])).toBeVisible();
  await expect(english.getByText(en["music.prompts.replaced"])).toHaveCount(0);
  const alone = await phone(0, "Allein");
  await alone.call(server.uri("852"));
  await alone.hears(WHISTLE_HZ);
  const other = await phone(0, "Alone");
  await other.call(server.uri("853"));
  const heard = await other.listen(3);
  expect(heard.ear.loudness(0), "something is said").toBeGreaterThan(0.001);
  expect(heard.ear.hears(WHISTLE_HZ, 0), "English is as it was").toBeLessThan(0.04);
  await english.getByLabel(/^Replace .*\(en\)/).setInputFiles({ name: "no.wav", mimeType: "audio/wav", buffer: Buffer.from("no sound") });
  await expect(page.getByText(new RegExp(shell["shell.failed"]))).toBeVisible();
  await expect(english.getByText(en["music.prompts.replaced"])).toHaveCount(0);
  await german.getByRole("button", { name: /^Back to the built-in/ }).click();
  await expect(german.getByText(en["music.prompts.replaced"])).toHaveCount(0);
});

test("whoever may not change music is offered nothing to change", async ({ as, server }) => {
  await fill(server);
  const page = await as("auditor", "/music/tones");
  await expect(page.getByText("low.wav")).toBeVisible();
  for (const name of [en["music.new"], en["music.remove_list"], /^Move /, /^Remove /, /^Replace /]) {
    await expect(page.getByRole("button", { name })).toHaveCount(0);
  }
  await expect(page.getByLabel(en["music.upload"])).toHaveCount(0);
  await speakGerman(page);
  await expect(page.getByText(de["music.lead"])).toBeVisible();
});

/** The playlist as the first test makes it, where that one was not run. */
async function fill(server: Server): Promise<void> {
  if ((await tracks(server)) !== undefined) return;
  await server.ask("POST", "/playlists", { name: "tones" });
  await server.upload("POST", "/playlists/tones/tracks?file=low.wav", tone(LOW_HZ, 8));
}

async function tracks(server: Server): Promise<string[] | undefined> {
  interface Playlist {
    readonly name: string;
    readonly tracks: readonly { readonly name: string }[];
  }
  const { items } = await server.ask<{ items: Playlist[] }>("GET", "/playlists");
  return items.find(({ name }) => name === "tones")?.tracks.map(({ name }) => name);
}

/** Drops files where the open playlist takes them. */
async function drop(page: Page, files: Record<string, Buffer>): Promise<void> {
  const given = Object.entries(files).map(([name, bytes]) => ({ name, bytes: [...bytes] }));
  const dataTransfer = await page.evaluateHandle((given) => {
    const dropped = new DataTransfer();
    for (const { name, bytes } of given) dropped.items.add(new File([new Uint8Array(bytes)], name));
    return dropped;
  }, given);
  await page.getByRole("group", { name: en["music.upload"] }).dispatchEvent("drop", { dataTransfer });
}

/** The answer to a request that says how long its body is going to be, and sends none of it. */
async function announce(page: Page, path: string, bytes: number): Promise<number> {
  const { csrf } = (await (await page.request.get("/api/v1/session")).json()) as { csrf: string };
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const headers = {
    cookie, "x-conclave-csrf": csrf, "content-length": String(bytes), "content-type": "application/octet-stream",
  };
  return new Promise((resolve, reject) => {
    const request = ask(new URL(path, page.url()), { method: "POST", headers }, (answer) => {
      resolve(answer.statusCode ?? 0);
      request.destroy();
    });
    request.once("error", reject);
    request.flushHeaders();
  });
}

test("a sound of one's own is uploaded, named by a room and heard there, and stays while it is named", async ({ as, phone, server }) => {
  await server.addRoom("Greeting", { extension: "856" });
  const page = await as("owner", "/music");
  await expect(page.getByText(en["music.sounds.none"])).toBeVisible();
  await page.getByRole("button", { name: en["music.sounds.new"] })
    .setInputFiles({ name: "Acme Whistle.wav", mimeType: "audio/wav", buffer: tone(WHISTLE_HZ, 3) });
  const name = page.getByLabel(en["music.sounds.name"]);
  await expect(name).toHaveValue("acme-whistle");
  await name.fill("join-tone");
  await page.keyboard.press("Enter");
  await expect(page.getByText("a name that no sound of ours has")).toBeVisible();
  await name.fill("whistle");
  await page.keyboard.press("Enter");
  const row = page.locator("ul.card li").filter({ hasText: "whistle" });
  await expect(row).toContainText(en["music.sounds.unused"]);

  await page.goto("/rooms/856");
  await page.getByLabel(rooms["rooms.user_options"]).fill("announcement=whistle");
  await page.keyboard.press("Tab");
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  const caller = await phone(0, "Greeted");
  await caller.call(server.uri("856"));
  await caller.hears(WHISTLE_HZ);
  await page.goto("/music");
  await expect(row.getByRole("link", { name: "856 Greeting" })).toBeVisible();
  await expect(row.getByRole("button", { name: "Remove whistle" })).toHaveCount(0);
});
