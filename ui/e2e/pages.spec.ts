/** Every page and every sheet: both themes, two widths, German, and hostile names in all of them. */
import type { Page } from "@playwright/test";
import { en as access } from "../src/i18n/access";
import { en as music } from "../src/i18n/music";
import { en as rooms } from "../src/i18n/rooms";
import { en as shell } from "../src/i18n/shell";
import { PAGES } from "../src/pages/table";
import { leftovers } from "./fixtures/german";
import { look } from "./fixtures/look";
import { Phone } from "./fixtures/phone";
import type { Server } from "./fixtures/server";
import { tone } from "./fixtures/sound";
import { expect, openAccount, speakGerman, test } from "./fixtures/test";

const HOSTILE = `<img src=x onerror=alert(1)> \u202egnp.exe`;
const LONG = "Quarterly review of suppliers, carriers and everybody who delivers to the plants";
const CALLER = "<b onclick=alert(2)>Eve</b>";
/** What a phone of ours is called from. */
const NUMBER = "phone";
const PIN = "604217";
const SPEAKS_HZ = 500;

/** What the parameters of addresses stand for here. */
interface World {
  readonly params: Readonly<Record<string, string>>;
  readonly caller: Phone;
}
let world: Promise<World> | undefined;

test.afterAll(async () => (await world)?.caller.stop());

for (const { pattern } of PAGES) {
  test(`${pattern} is clear in both themes, at two widths and in German`, async ({ as, server }) => {
    const { params } = await (world ??= populate(server));
    const page = await as("owner", addressOf(pattern, params));
    await settled(page);
    await expect(page.locator("[onerror], [onclick], main b > b")).toHaveCount(0);
    await look(page, `page${pattern.replace(/[/:]+/g, "-").replace(/-$/, "-now")}`);
    await speakGerman(page);
    await settled(page);
    expect(await leftovers(page, [NUMBER]), "English on a German page").toEqual([]);
  });
}

type Step = (page: Page) => Promise<void>;
const press = (name: string | RegExp): Step => (page) => page.getByRole("button", { name }).first().click();
const SHEETS: readonly [name: string, path: string, open: Step][] = [
  ["new-room", "/rooms", press(rooms["rooms.new"])],
  ["room-made", "/rooms", async (page) => {
    await press(rooms["rooms.new"])(page);
    await page.keyboard.type(LONG);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog").locator("img")).toBeVisible();
  }],
  ["invite", "/rooms/801", async (page) => {
    await press(rooms["rooms.invite"])(page);
    await expect(page.getByRole("dialog").locator("img")).toBeVisible();
  }],
  ["room-options", "/rooms/801", async (page) => {
    await page.getByLabel(rooms["rooms.options"], { exact: true }).fill(OPTIONS);
    await page.getByLabel(rooms["rooms.title"], { exact: true }).focus();
    await expect(page.getByText(rooms["rooms.not_saved"])).toBeVisible();
    await page.getByRole("button", { name: rooms["rooms.pin.new"] }).click();
    await expect(page.getByText(/has a new PIN/).first()).toBeVisible();
  }],
  ["room-chosen", "/rooms", (page) => page.getByRole("radio").first().check()],
  ["new-user", "/settings/users", press(access["access.user.new"])],
  ["remove-user", "/settings/users", press(/^Remove /)],
  ["new-password", "/settings/users", press(/^New password for/)],
  ["new-token", "/settings/tokens", press(access["access.token.new"])],
  ["rename-track", "/music/tones", press(/^Rename /)],
  ["remove-playlist", "/music/tones", press(music["music.remove_list"])],
  ["search", "/", async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("8");
    await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
  }],
  ["account", "/rooms", openAccount],
  ["not-found", "/nowhere/at/all", async () => {}],
];

for (const [name, path, open] of SHEETS) {
  test(`the sheet ${name} is clear in both themes and at two widths`, async ({ as, server }) => {
    await (world ??= populate(server));
    const page = await as("owner", path);
    await settled(page);
    await open(page);
    await look(page, `sheet-${name}`);
  });
}

const OPTIONS = "max_members=20\nmusic_on_hold_class=jazz\nlanguage=de\nrecord_command=/bin/x\nmax_membres=5";

/** Something on every page, and hostile where people name it. */
async function populate(server: Server): Promise<World> {
  await server.addRoom(HOSTILE, { extension: "801", pin: PIN, options: "max_members=20" });
  await server.addRoom(LONG, { extension: "802", message: true, music: "default" });
  await server.ask("POST", "/playlists", { name: "tones" });
  const added = await server.upload("POST", "/playlists/tones/tracks?file=a%20rather%20long%20name%20of%20a%20track%2C%20take%202.wav", tone(440, 2));
  expect(added).toBe(201);
  await server.ask("POST", "/setup", { name: "Olivia Owner", password: "a long sentence for a test" }).catch(() => undefined);
  await server.ask("POST", "/users", { name: "<b>Rita</b> Roth", role: "moderator", password: "another long sentence" });
  await server.ask("POST", "/tokens", {
    name: "<i>ticket</i> system", permissions: ["rooms:read", "live:read", "calls:read"], expires_at: null,
  });
  const { id: webhook } = await server.ask<{ id: string }>("POST", "/webhooks", {
    url: "https://hooks.example.com/conclave", types: ["session.started"], note: "<b>ticket</b> system",
  });
  await server.ask("POST", "/profiles", { kind: "user", name: "guests", text: "startmuted=no" });
  const before = await Phone.start(SPEAKS_HZ, CALLER);
  await before.call(server.uri("801"));
  await before.press(`111111${PIN}`);
  await expect.poll(() => server.participants("801")).toHaveLength(1);
  await server.ask("DELETE", "/rooms/801/live");
  await before.ends();
  await before.stop();
  await expect.poll(() => endedByRoom(server)).not.toBe("");
  const caller = await Phone.start(SPEAKS_HZ, CALLER);
  await caller.call(server.uri("801"));
  await caller.press(PIN);
  await expect.poll(() => server.participants("801")).toHaveLength(1);
  const call = await endedByRoom(server);
  const recording = await record(server, "801", caller);
  return { params: { room: "801", playlist: "tones", menu: "asterisk", kind: "user", profile: "guests", call, webhook, recording }, caller };
}

/** Some seconds of whoever is there. */
async function record(server: Server, room: string, caller: Phone): Promise<string> {
  const live = `/rooms/${room}/live`;
  const { recording } = await server.ask<{ recording: { id: string } }>("PATCH", live, { recording: true });
  await caller.listen(3);
  await server.ask("PATCH", live, { recording: false });
  const path = `/recordings/${recording.id}`;
  await expect.poll(async () => (await server.ask<{ state: string }>("GET", path)).state).toBe("ready");
  return recording.id;
}

/** A call that was in the room; one that a busy machine refused has a line of its own. */
async function endedByRoom(server: Server): Promise<string> {
  const { items } = await server.ask<{ items: { id: string; end: string }[] }>("GET", "/calls");
  return items.find(({ end }) => end === "room_ended")?.id ?? "";
}

/** A page with a new parameter has to be given something to show here. */
function addressOf(pattern: string, params: Readonly<Record<string, string>>): string {
  return pattern.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${pattern}: what does :${name} stand for?`);
    return value;
  });
}

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText(shell["shell.loading"], { exact: true })).toHaveCount(0);
}
