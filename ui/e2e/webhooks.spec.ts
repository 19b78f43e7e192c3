/** The pages of webhooks: made, tried, read, sent again, renewed and removed by hand. */
import type { Page } from "@playwright/test";
import { en as access } from "../src/i18n/access";
import { en as rooms } from "../src/i18n/rooms";
import { en as shell } from "../src/i18n/shell";
import { de, en } from "../src/i18n/webhooks";
import { look } from "./fixtures/look";
import { Receiver, signedBy } from "./fixtures/receiver";
import type { Server } from "./fixtures/server";
import { expect, test } from "./fixtures/test";

const HOSTILE = `<img src=x onerror=alert(1)> \u202egnp.exe`;

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly note: string;
  readonly types: string[];
  readonly enabled: boolean;
}

test("a webhook is made, its secret shown once, and a test checked with it", async ({ as, server }) => {
  const receiver = await Receiver.start();
  const page = await as("owner", "/settings/webhooks");
  await expect(page.getByText(en["webhooks.none"])).toBeVisible();
  await look(page, "webhooks-none");
  await page.getByRole("button", { name: en["webhooks.new"] }).click();
  const dialog = page.getByRole("dialog");
  const address = dialog.getByLabel(en["webhooks.url"]);

  await address.fill("ftp://tickets");
  await dialog.getByLabel(en["webhooks.note"]).fill(HOSTILE);
  await dialog.getByRole("button", { name: en["webhooks.create"] }).click();
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText("https://HOST/PATH or http://HOST:PORT/PATH")).toBeVisible();
  await expect(address).toHaveValue("ftp://tickets");
  await expect(dialog.getByLabel(en["webhooks.note"])).toHaveValue(HOSTILE);
  await look(page, "webhooks-new");
  await address.fill(receiver.url);
  await dialog.getByRole("button", { name: en["webhooks.create"] }).click();

  const secret = page.getByText(/^whsec_/);
  await expect(secret).toBeVisible();
  const shown = (await secret.textContent()) ?? "";
  await look(page, "webhooks-secret");
  await page.getByRole("dialog").getByRole("button", { name: shell["shell.close"] }).last().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HOSTILE);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(HOSTILE);
  expect(await page.content()).not.toContain("whsec_");
  expect(JSON.stringify(await server.ask("GET", "/webhooks"))).not.toContain("whsec_");

  await page.getByRole("button", { name: en["webhooks.test"] }).click();
  await expect(page.getByText(en["webhooks.tested"], { exact: true }).first()).toBeVisible();
  const [got] = await receiver.heard(1, "webhook.test");
  expect(signedBy(shown, got!)).toBe(1);
  await expect(page.getByRole("listitem").filter({ hasText: "webhook.test" })).toContainText(en["webhooks.delivered"]);
  await receiver.stop();
});

test("what failed is in the log with its reason, and is sent again by a button", async ({ as, server }) => {
  const receiver = await Receiver.start();
  receiver.says = 500;
  const { id } = await add(server, receiver.url, ["room.created"]);
  const page = await as("owner", `/settings/webhooks/${id}`);
  await expect(page.getByText(en["webhooks.deliveries.none"])).toBeVisible();
  await page.getByRole("button", { name: en["webhooks.test"] }).click();
  await expect(page.getByText("The test was not taken: the receiver answered 500").first()).toBeVisible();
  const entry = page.getByRole("listitem").filter({ hasText: "webhook.test" });
  await expect(entry).toContainText(en["webhooks.failed"]);
  await expect(entry).toContainText("the receiver answered 500");

  // It comes by itself: the page hears of the event that is sent.
  await server.addRoom("Shown", { extension: "841" });
  const waiting = page.getByRole("listitem").filter({ hasText: "room.created" });
  await expect(waiting).toContainText(en["webhooks.waiting"]);
  await waiting.getByText(en["webhooks.body"]).click();
  await expect(waiting).toContainText('"title": "Shown"');
  await page.reload();
  await expect(page.getByText(/failing since/)).toBeVisible();
  await look(page, "webhook-failing");

  receiver.says = 204;
  await waiting.getByRole("button", { name: /^Send again: room.created/ }).click();
  await expect(waiting).toContainText(en["webhooks.delivered"]);
  await expect(waiting).toContainText("204");
  await receiver.stop();
});

test("a change is saved as its field is left, and a refused one is kept at its field", async ({ as, server }) => {
  const receiver = await Receiver.start();
  const { id } = await add(server, receiver.url, ["room.created"]);
  const page = await as("owner", `/settings/webhooks/${id}`);
  const address = page.getByLabel(en["webhooks.url"]);
  await address.fill("http://user@tickets/");
  await address.blur();
  await expect(page.getByText(rooms["rooms.not_saved"])).toBeVisible();
  await expect(page.getByText(/Accepted: https:.* without user and fragment/)).toBeVisible();
  const note = page.getByLabel(en["webhooks.note"]);
  await note.fill("Tickets");
  await note.blur();
  await expect(page.getByText(`✓ ${shell["shell.saved"]}`, { exact: true }).first()).toBeVisible();
  await expect(address).toHaveValue("http://user@tickets/");
  expect(await read(server, id)).toMatchObject({ url: receiver.url, note: "Tickets" });
  await address.fill(receiver.url);
  await address.blur();
  await expect(page.getByText(rooms["rooms.not_saved"])).toHaveCount(0);

  await page.getByRole("checkbox", { name: "room.created" }).uncheck();
  await expect(page.getByText(/Accepted: a list of types of event/)).toBeVisible();
  expect((await read(server, id)).types).toEqual(["room.created"]);
  await page.getByRole("checkbox", { name: "session.ended" }).check();
  await expect.poll(async () => (await read(server, id)).types).toEqual(["session.ended"]);
  await expect(page.getByText(/Accepted: a list of types of event/)).toHaveCount(0);

  await page.getByLabel(en["webhooks.enabled"]).uncheck();
  await expect.poll(async () => (await read(server, id)).enabled).toBe(false);
  await expect(page.getByText(`○ ${en["webhooks.off"]}`, { exact: true })).toBeVisible();
  await receiver.stop();
});

test("a new secret signs beside the old one, and a webhook that is removed is gone", async ({ as, server }) => {
  const receiver = await Receiver.start();
  const made = await add(server, receiver.url, ["room.created"]);
  const page = await as("owner", `/settings/webhooks/${made.id}`);
  await page.getByRole("button", { name: en["webhooks.secret.new"] }).click();
  const secret = (await page.getByText(/^whsec_/).textContent()) ?? "";
  await expect(page.getByText(/every event is signed with the old secret too/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: en["webhooks.test"] }).click();
  const [got] = await receiver.heard(1, "webhook.test");
  expect([signedBy(secret, got!), signedBy(made.secret, got!)]).toEqual([1, 1]);

  await page.getByRole("button", { name: en["webhooks.remove"] }).click();
  await page.getByRole("dialog").getByRole("button", { name: access["access.remove"] }).click();
  await expect(page).toHaveURL(/\/settings\/webhooks$/);
  await expect(page.getByText(en["webhooks.removed"]).first()).toBeVisible();
  expect(JSON.stringify(await server.ask("GET", "/webhooks"))).not.toContain(made.id);
  await page.goto(`/settings/webhooks/${made.id}`);
  await expect(page.getByText("there is no such webhook")).toBeVisible();
  await page.goto("/settings/audit");
  await expect(page.getByText(access["access.deed.webhook.secret_changed"]).first()).toBeVisible();
  await receiver.stop();
});

test("one that was disabled says why, and begins anew when it is switched on", async ({ as, server }) => {
  const receiver = await Receiver.start();
  receiver.says = 410;
  const { id } = await add(server, receiver.url, ["room.created"]);
  const page = await as("owner", `/settings/webhooks/${id}`);
  await expect(page.getByText(`✓ ${en["webhooks.on"]}`, { exact: true })).toBeVisible();
  await server.addRoom("Gone", { extension: "842" });
  await expect(page.getByText(/^✗ off: the receiver says that it is gone/)).toBeVisible();
  await look(page, "webhook-disabled");
  receiver.says = 204;
  await page.getByLabel(en["webhooks.enabled"]).check();
  await expect(page.getByText(`✓ ${en["webhooks.on"]}`, { exact: true })).toBeVisible();
  await server.addRoom("Back", { extension: "843" });
  await receiver.heard(2);
  await page.goto("/settings/webhooks");
  await look(page, "webhooks-list");
  await receiver.stop();
});

test("in German, by keyboard, and not for everybody", async ({ as, server }) => {
  const receiver = await Receiver.start();
  await add(server, receiver.url, ["room.created"], "Mit der Tastatur");
  const page = await as("owner", "/settings/webhooks");
  await inGerman(page);
  await expect(page.getByText(de["webhooks.lead"])).toBeVisible();
  const link = page.getByRole("link", { name: "Mit der Tastatur" });
  await link.focus();
  await page.keyboard.press("Enter");
  const test = page.getByRole("button", { name: de["webhooks.test"] });
  await test.focus();
  await page.keyboard.press("Enter");
  await receiver.heard(1, "webhook.test");
  await expect(page.getByText(de["webhooks.tested"], { exact: true }).first()).toBeVisible();
  await look(page, "webhook-german");

  const other = await as("moderator", "/settings/webhooks");
  await expect(other.getByText(shell["shell.not_permitted"])).toBeVisible();
  await expect(other.getByRole("link", { name: en["webhooks.title"] })).toHaveCount(0);
  expect((await other.request.get("/api/v1/webhooks")).status()).toBe(403);
  await receiver.stop();
});

async function inGerman(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem("conclave.language", "de"));
  await page.reload();
}

function add(server: Server, url: string, types: string[], note = ""): Promise<Webhook & { secret: string }> {
  return server.ask("POST", "/webhooks", { url, types, note });
}

function read(server: Server, id: string): Promise<Webhook> {
  return server.ask("GET", `/webhooks/${id}`);
}
