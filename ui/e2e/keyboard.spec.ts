/** From the first visit to a room, its invitation and its settings, without a mouse. */
import type { Locator, Page } from "@playwright/test";
import { en as invite } from "../src/i18n/invite";
import { en as rooms } from "../src/i18n/rooms";
import { en as shell } from "../src/i18n/shell";
import { expect, OWNER, test } from "./fixtures/test";

test("a room is made, invited to and set by keyboard alone, and the focus is never lost", async ({ stranger, server }) => {
  const page = await stranger("/");
  await expect(page.getByRole("heading", { name: shell["first_run.title"] })).toBeVisible();
  await type(page, page.getByLabel(shell["sign_in.name"]), OWNER.name);
  await type(page, page.getByLabel(shell["sign_in.password"], { exact: true }), OWNER.password);
  await type(page, page.getByLabel(shell["first_run.repeat"]), OWNER.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: shell["shell.now"], level: 1 })).toBeVisible();

  await press(page, page.getByRole("link", { name: shell["shell.rooms"], exact: true }));
  await expect(page.getByRole("heading", { name: shell["shell.rooms"], level: 1 })).toBeVisible();
  await expect(page.getByRole("main"), "a new page begins at its beginning").toBeFocused();
  await page.keyboard.press("n");
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByLabel(rooms["rooms.title"])).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await press(page, page.getByRole("button", { name: rooms["rooms.new"] }));
  await expect(sheet.getByLabel(rooms["rooms.title"])).toBeFocused();
  await page.keyboard.type("By keys");
  await page.keyboard.press("Enter");
  await expect(sheet.getByRole("heading", { name: rooms["rooms.made.title"] })).toBeVisible();
  expect(await focusIsIn(sheet), "the focus stays in the sheet").toBe(true);
  const [, extension] = await sheet.locator("dd").allInnerTexts();
  await expect(sheet.getByLabel(invite["invite.text"], { exact: true })).toHaveValue(/By keys/);
  await press(page, sheet.getByRole("button", { name: invite["invite.copy"] }));
  await expect(page.getByText(shell["shell.copied"]).first()).toBeVisible();
  await press(page, sheet.getByRole("link", { name: rooms["rooms.settings"] }));

  await expect(page.getByRole("heading", { level: 1 })).toContainText("By keys");
  await expect(sheet).toHaveCount(0);
  await expect(page.getByRole("main")).toBeFocused();
  await press(page, page.getByRole("button", { name: rooms["rooms.invite"] }));
  await expect(sheet.getByLabel(invite["invite.text"], { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: rooms["rooms.invite"] })).toBeFocused();
  await type(page, page.getByLabel(rooms["rooms.title"], { exact: true }), "Set by keys");
  await page.keyboard.press("Tab");
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  await tabTo(page, page.getByRole("checkbox", { name: rooms["rooms.message"] }));
  await page.keyboard.press("Space");
  await expect.poll(() => server.ask("GET", `/rooms/${extension}`)).toMatchObject({
    title: "Set by keys", message: false,
  });
});

test("a search finds rooms, people and pages from anywhere, by keyboard", async ({ as, phone, server }) => {
  await server.addRoom("Weekly review", { extension: "861" });
  const caller = await phone(0, "Anna Roth");
  const page = await as("owner", "/settings");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("/");
  const search = page.getByRole("combobox", { name: shell["search.title"] });
  await expect(search).toBeFocused();
  await page.keyboard.type("anna");
  await expect(page.getByText(shell["search.none"])).toBeVisible();
  // Found while the search is open: it follows who comes.
  await caller.call(server.uri("861"));
  await expect(page.getByRole("option", { name: /Anna Roth/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/rooms\/[^/]+\/live$/);
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("Control+k");
  await expect(search).toBeFocused();
  await page.keyboard.type("861");
  const found = page.getByRole("listbox").getByRole("option");
  await expect(found.filter({ hasText: "Weekly review" }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(search).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(search).toBeFocused();
  await page.keyboard.type("audit");
  await expect(found.first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/settings/audit");
  await page.keyboard.press("Control+k");
  await expect(search).toBeFocused();
  await page.keyboard.type("nothing is called like this");
  await expect(page.getByText(shell["search.none"])).toBeVisible();
});

/** Fills a field that the keyboard reaches. */
async function type(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

/** Presses Tab until it has the focus; a page has fewer stops than this. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${String(target)}`);
}

function focusIsIn(place: Locator): Promise<boolean> {
  return place.evaluate((element) => element.contains(document.activeElement));
}
