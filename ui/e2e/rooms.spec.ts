/** Rooms made and set in the console, and dialled: what the page says is what a caller meets. */
import type { Page } from "@playwright/test";
import { en as access } from "../src/i18n/access";
import { en as invite } from "../src/i18n/invite";
import { en as nowTexts } from "../src/i18n/now";
import { de, en } from "../src/i18n/rooms";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, OWNER, speakGerman, test } from "./fixtures/test";

const LOW_HZ = 500;
const HIGH_HZ = 1_100;
const PIN = "604217";

test("a room is made by its title, and dialled: a wrong PIN waits outside, the right one is let in", async ({ as, phone, server }) => {
  const page = await as("owner", "/rooms");
  await page.getByRole("button", { name: en["rooms.new"] }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByLabel(en["rooms.title"])).toBeFocused();
  await page.keyboard.type("Supplier review");
  await page.keyboard.press("Enter");
  await expect(sheet.getByRole("heading", { name: en["rooms.made.title"] })).toBeVisible();
  const [title, extension = "", pin = ""] = await sheet.locator("dd").allInnerTexts();
  expect(title).toBe("Supplier review");
  expect(pin).toMatch(/^\d{4,12}$/);
  await expect(sheet.getByLabel(invite["invite.text"])).toHaveValue(new RegExp(spaced(pin)));
  await sheet.getByRole("link", { name: en["rooms.settings"] }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Supplier review");
  // Nobody asks this caller for a name.
  await page.getByRole("checkbox", { name: en["rooms.message"] }).uncheck();
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();

  const now = await as("owner", "/");
  await expect(now.getByText(nowTexts["now.attention.none"])).toBeVisible();
  const caller = await phone(LOW_HZ, "Elke");
  await caller.call(server.uri(extension));
  await caller.press(pin === "000000" ? "111111" : "000000");
  await expect(now.getByRole("link", { name: `${extension} Supplier review: wrong PIN` })).toBeVisible();
  expect(await server.participants(extension)).toHaveLength(0);
  await caller.press(pin);
  await expect.poll(() => server.participants(extension)).toHaveLength(1);
  await expect(page.getByRole("link", { name: "1 person" })).toBeVisible();
  expect(server.log()).not.toContain(pin);
});

test("a PIN is shown when it is asked for and made anew, and the audit log says so", async ({ as, server }) => {
  const { id } = await server.addRoom("Secret", { extension: "841", pin: PIN });
  const page = await as("owner", "/rooms/841");
  const field = page.getByLabel(en["rooms.pin"]);
  await expect(field).toHaveValue("••••••");
  expect(await page.content()).not.toContain(PIN);
  await page.getByRole("button", { name: en["rooms.pin.show"] }).click();
  await expect(field).toHaveValue(PIN);
  await page.getByRole("button", { name: en["rooms.pin.hide"] }).click();
  await expect(field).toHaveValue("••••••");
  await page.getByRole("button", { name: en["rooms.pin.new"] }).click();
  await expect(field).toHaveValue(/^\d{4,12}$/);
  const fresh = await field.inputValue();
  expect(fresh).not.toBe(PIN);
  expect(await server.ask("GET", "/rooms/841/pin")).toMatchObject({ pin: fresh });
  await field.fill("12");
  await field.blur();
  await expect(page.getByRole("alert").filter({ hasText: shell["shell.accepted"].replace("{what}", "") })).toBeVisible();
  await expect(page.getByText(en["rooms.not_saved"])).toBeVisible();
  await expect(field).toHaveValue("12");
  expect(await server.ask("GET", "/rooms/841/pin")).toMatchObject({ pin: fresh });

  await page.goto(`/settings/audit?object=${id}`);
  const lines = page.getByRole("listitem").filter({ hasText: OWNER.name });
  await expect(lines.filter({ hasText: access["access.deed.pin.shown"] })).toHaveCount(1);
  await expect(lines.filter({ hasText: access["access.deed.pin.changed"] })).toHaveCount(1);
  expect(await page.content()).not.toContain(fresh);

  const moderator = await as("moderator", "/rooms/841");
  await expect(moderator.getByRole("heading", { level: 1 })).toContainText("Secret");
  await expect(moderator.getByLabel(en["rooms.title"], { exact: true })).toBeDisabled();
  await expect(moderator.getByRole("button", { name: en["rooms.pin.show"] })).toHaveCount(0);
  await moderator.goto("/rooms");
  await expect(moderator.getByText("••••••").first()).toBeVisible();
  expect(await moderator.content()).not.toContain(fresh);
});

test("options are changed while people talk: wrong lines are named and kept, right ones hold", async ({ as, phone, server }) => {
  await server.addRoom("Talk", { extension: "842" });
  const low = await phone(LOW_HZ, "Low");
  await low.call(server.uri("842"));
  const high = await phone(HIGH_HZ, "High");
  await high.call(server.uri("842"));
  await high.hears(LOW_HZ);
  const page = await as("owner", "/rooms/842");
  const options = page.getByLabel(en["rooms.options"], { exact: true });
  const typed = "max_members=20\nrecord_command=/bin/x\nmax_membres=5";
  await options.fill(typed);
  await options.blur();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Line 2: record_command");
  await expect(alert).toContainText("Line 3: max_membres");
  await expect(alert).not.toContainText("Line 1");
  await expect(page.getByText(en["rooms.not_saved"])).toBeVisible();
  await expect(options).toHaveValue(typed);
  await expect(page.getByText(/did you mean max_members/)).toBeVisible();
  expect(await server.ask("GET", "/rooms/842")).toMatchObject({ options: "" });

  await options.fill("max_members=20");
  await options.blur();
  await expect(alert).toHaveCount(0);
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  await expect(page.getByText(en["rooms.options.applied"]).first()).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "max_members=20" })).toHaveCount(1);
  expect(await server.ask("GET", "/rooms/842")).toMatchObject({ options: "max_members=20" });
  const after = await high.listen(2);
  expect(after.ear.hears(LOW_HZ, after.from), "the talk went on").toBeGreaterThan(0.4);
});

test("an invitation is copied, put into a calendar and scanned, in the invitee's language", async ({ as, server }) => {
  await server.addRoom("Board", { extension: "843", pin: PIN });
  const page = await as("owner", "/rooms/843");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: en["rooms.invite"] }).click();
  const sheet = page.getByRole("dialog");
  const text = sheet.getByLabel(invite["invite.text"], { exact: true });
  await expect(text).toHaveValue(/Board[^]*843[^]*604 217/);
  const english = await text.inputValue();
  await sheet.getByRole("button", { name: invite["invite.copy"] }).click();
  await expect(page.getByText(shell["shell.copied"]).first()).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(english);
  await sheet.getByLabel(invite["invite.language"]).selectOption("de");
  await expect(text).not.toHaveValue(english);
  await expect(text).toHaveAttribute("lang", "de");
  await expect(text).toHaveValue(/Telefonkonferenz[^]*604 217/);
  const drawn = () => sheet.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth);
  await expect.poll(drawn).toBeGreaterThan(20);
  await sheet.getByLabel(invite["invite.when"]).fill("2026-12-01T10:00");
  const coming = page.waitForEvent("download");
  await sheet.getByRole("link", { name: invite["invite.ics"] }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toBe("conference-843.ics");
  const ics = (await textOf(file)).replace(/\r\n /g, "");
  expect(ics).toMatch(/^BEGIN:VCALENDAR/);
  expect(ics).toMatch(/^CONFERENCE;VALUE=URI;FEATURE=AUDIO,PHONE;LABEL="[^"]+":sip:843@/m);
  expect(ics).toContain(spaced(PIN));
  expect(ics).toContain("20261201T");

  const moderator = await as("moderator", "/rooms/843");
  await moderator.getByRole("button", { name: en["rooms.invite"] }).click();
  await expect(moderator.getByText(invite["invite.pin.hidden"])).toBeVisible();
  expect(await moderator.getByLabel(invite["invite.text"], { exact: true }).inputValue()).not.toContain(spaced(PIN));
});

test("a save that failed never shows as saved, and keeps what was typed", async ({ as, server }) => {
  await server.addRoom("Before", { extension: "844" });
  const page = await as("owner", "/rooms/844");
  const title = page.getByLabel(en["rooms.title"], { exact: true });
  const answers = [
    ["500", (route: Route) => route.fulfill({ status: 500, body: "{}" })],
    ["nobody", (route: Route) => route.abort()],
  ] as const;
  for (const [name, answer] of answers) {
    await page.route("**/api/v1/rooms/*", (route) =>
      route.request().method() === "PATCH" ? answer(route) : route.fallback());
    await title.fill(`After ${name}`);
    await title.blur();
    await expect(page.getByText(en["rooms.not_saved"])).toBeVisible();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await expect(page.getByText(shell["shell.saved"], { exact: true })).toHaveCount(0);
    await expect(title).toHaveValue(`After ${name}`);
    await page.unroute("**/api/v1/rooms/*");
  }
  await expect(page.getByText(shell["shell.no_answer"])).toBeVisible();
  await title.focus();
  await title.blur();
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  await expect(page.getByText(en["rooms.not_saved"])).toHaveCount(0);
  expect(await server.ask("GET", "/rooms/844")).toMatchObject({ title: "After nobody" });
});

test("a session that ends while somebody types leads back, with what was typed", async ({ as, server }) => {
  await server.addRoom("Interrupted", { extension: "845" });
  const page = await as("owner", "/rooms/845?from=here");
  const title = page.getByLabel(en["rooms.title"], { exact: true });
  await title.fill("Typed before the end");
  await endSession(page);
  await title.blur();
  const gate = page.getByRole("dialog", { name: shell["sign_in.title"] });
  await expect(gate.getByText(shell["sign_in.again"])).toBeVisible();
  await look(page, "session-ended");
  await gate.getByLabel(shell["sign_in.name"]).fill(OWNER.name);
  await gate.getByLabel(shell["sign_in.password"], { exact: true }).fill(OWNER.password);
  await page.keyboard.press("Enter");
  await expect(gate).toHaveCount(0);
  await expect(page).toHaveURL("/rooms/845?from=here");
  await expect(title).toHaveValue("Typed before the end");
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  expect(await server.ask("GET", "/rooms/845")).toMatchObject({ title: "Typed before the end" });
});

test("whoever comes back as somebody else finds nothing of the one before", async ({ as, server }) => {
  await server.addRoom("Handed over", { extension: "846", pin: PIN });
  await as("auditor", "/");
  const page = await as("owner", "/rooms/846");
  await page.getByRole("button", { name: en["rooms.pin.show"] }).click();
  await expect(page.getByLabel(en["rooms.pin"])).toHaveValue(PIN);
  await endSession(page);
  const gate = page.getByRole("dialog", { name: shell["sign_in.title"] });
  await gate.getByLabel(shell["sign_in.name"]).fill("The auditor");
  await gate.getByLabel(shell["sign_in.password"], { exact: true }).fill(OWNER.password);
  await page.keyboard.press("Enter");
  await expect(gate).toHaveCount(0);
  await expect(page.getByLabel(en["rooms.title"], { exact: true })).toBeDisabled();
  await expect(page.getByLabel(en["rooms.pin"])).toHaveCount(0);
  expect(await page.content()).not.toContain(PIN);
});

test("what somebody else changes meanwhile is told, and nobody's words are lost", async ({ as, server }) => {
  await server.addRoom("Shared", { extension: "847" });
  const page = await as("owner", "/rooms/847");
  const title = page.getByLabel(en["rooms.title"], { exact: true });
  await title.fill("Mine");
  await server.ask("PATCH", "/rooms/847", { title: "Theirs" });
  await expect(page.getByText(en["rooms.theirs"])).toBeVisible();
  await expect(title).toHaveValue("Mine");
  await page.getByRole("button", { name: en["rooms.theirs.keep"] }).click();
  await expect(page.getByText(en["rooms.theirs"])).toHaveCount(0);
  await expect.poll(() => server.ask("GET", "/rooms/847")).toMatchObject({ title: "Mine" });
});

test("a click on a row selects it, and a room that was deleted comes back", async ({ as, server }) => {
  await server.addRoom("Short-lived", { extension: "848", options: "max_members=7" });
  const page = await as("owner", "/rooms?q=848");
  const row = page.getByRole("row").filter({ hasText: "Short-lived" });
  await row.getByText("848").click();
  await expect(page).toHaveURL("/rooms?q=848");
  await expect(row.getByRole("radio")).toBeChecked();
  await page.getByRole("button", { name: shell["shell.delete"] }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: shell["shell.undo"] }).click();
  await expect(row).toHaveCount(1);
  expect(await server.ask("GET", "/rooms/848")).toMatchObject({ options: "max_members=7", pin_set: false });
});

test("the page of a room speaks German, and so do its lines of options", async ({ as, server }) => {
  await server.addRoom("Deutsch", { extension: "849" });
  const page = await as("owner", "/rooms/849");
  await speakGerman(page);
  const options = page.getByLabel(de["rooms.options"], { exact: true });
  await options.fill("record_command=/bin/x");
  await expect(page.getByText(/unter record_commands erlaubt, keine Befehlszeile/)).toBeVisible();
});

/** As it is written for people. */
function spaced(pin: string): string {
  return pin.length === 6 ? `${pin.slice(0, 3)} ${pin.slice(3)}` : pin;
}

type Route = Parameters<Parameters<Page["route"]>[1]>[0];

async function textOf(file: { createReadStream(): Promise<NodeJS.ReadableStream> }): Promise<string> {
  let text = "";
  for await (const piece of await file.createReadStream()) text += String(piece);
  return text;
}

/** As when it has run out: the cookie is still there, and nobody knows it. */
async function endSession(page: Page): Promise<void> {
  const { csrf } = (await (await page.request.get("/api/v1/session")).json()) as { csrf: string };
  const cookies = await page.context().cookies();
  await page.request.delete("/api/v1/session", { headers: { "x-conclave-csrf": csrf } });
  await page.context().addCookies(cookies);
}
