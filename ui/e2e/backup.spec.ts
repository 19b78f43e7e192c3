/** Backup and restore: a room that was deleted is back with its PIN, and a damaged file is refused. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Download, Page } from "@playwright/test";
import { de, en } from "../src/i18n/backup";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, OWNER, speakGerman, test } from "./fixtures/test";

const PIN = "271828";
/** Callers hear a goodbye, and a debug build starts again. */
const RESTART_MS = 40_000;

test("who made the last backup is said, and whoever may not is not led here", async ({ as }) => {
  const page = await as("owner", "/settings/backup");
  await expect(page.getByText(en["backup.last.none"])).toBeVisible();
  const file = await downloaded(page);
  expect(file.suggestedFilename()).toMatch(/^conclave-\d{4}-\d\d-\d\dT\d{4}\.conclave-backup$/);
  await expect(page.getByText(new RegExp(`Last backup: .*, by ${OWNER.name}`))).toBeVisible();

  const moderator = await as("moderator", "/settings");
  await expect(moderator.getByRole("navigation", { name: shell["shell.settings"] })).toBeVisible();
  await expect(moderator.getByRole("link", { name: en["backup.title"] })).toHaveCount(0);
  expect((await moderator.request.get("/api/v1/system/backup")).status()).toBe(403);
});

test("a damaged file is refused with a sentence, and nothing is changed", async ({ as, server }, info) => {
  const page = await as("owner", "/settings/backup");
  const whole = await (await downloaded(page)).path();
  const bytes = readFileSync(whole);
  bytes.writeUInt8(bytes.readUInt8(4_096) ^ 1, 4_096);
  const damaged = info.outputPath("damaged.conclave-backup");
  writeFileSync(damaged, bytes);
  await choose(page, damaged);
  await expect(page.getByText(/conclave\.db is not as it was written: the file is damaged/)).toBeVisible();
  await look(page, "backup-refused");
  const cut = info.outputPath("cut.conclave-backup");
  writeFileSync(cut, readFileSync(whole).subarray(0, statSync(whole).size / 2));
  await choose(page, cut);
  await expect(page.getByText(/nothing was changed/)).toBeVisible();
  await speakGerman(page);
  await expect(page.getByText(/es wurde nichts geändert/)).toBeVisible();
  await expect(page.getByText(de["backup.inside"])).toBeVisible();
  const rooms = await server.ask<{ items: unknown[] }>("GET", "/rooms");
  expect(rooms.items).toHaveLength(1);
});

test("a room that was deleted after the backup is back with its PIN", async ({ as, server }) => {
  const room = await server.addRoom("Kept <b>safe</b>", { pin: PIN });
  const page = await as("owner", "/settings/backup");
  const file = await (await downloaded(page)).path();
  await server.ask("DELETE", `/rooms/${room.id}`);
  await server.addRoom("Made too late");

  await choose(page, file);
  await expect(page.getByText(/is whole and can be restored/)).toBeVisible();
  const rooms_in_it = page.locator("dt", { hasText: en["backup.rooms"] }).locator("+ dd");
  await expect(rooms_in_it).toHaveText("2");
  await look(page, "backup-checked");
  await page.getByRole("button", { name: en["backup.restore.now"] }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("before-restore");
  await look(page, "backup-sure");
  await sheet.getByRole("button", { name: en["backup.restore.now"] }).click();

  const name = page.getByLabel(shell["sign_in.name"]);
  await expect(name).toBeVisible({ timeout: RESTART_MS });
  await name.fill(OWNER.name);
  await page.getByLabel(shell["sign_in.password"], { exact: true }).fill(OWNER.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/settings\/backup$/);
  await expect(page.getByRole("heading", { name: en["backup.title"], level: 1 })).toBeVisible();
  const rooms = await server.ask<{ items: { title: string }[] }>("GET", "/rooms");
  expect(rooms.items.map(({ title }) => title).sort()).toEqual(["Conference", room.title]);
  const kept = await server.ask<{ pin: string }>("GET", `/rooms/${room.id}/pin`);
  expect(kept.pin).toBe(PIN);
  const audit = await server.ask<{ items: { action: string; name: string }[] }>("GET", "/audit?object=backup");
  expect(audit.items[0]).toMatchObject({ action: "system.restored", name: OWNER.name });
  expect(statSync(join(server.directory, "data/before-restore/conclave.db")).isFile()).toBe(true);
  expect(server.log()).not.toContain(PIN);
});

async function downloaded(page: Page): Promise<Download> {
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: en["backup.download"] }).click();
  return waiting;
}

/** The input is hidden behind its label, as a reader's hand finds it. */
async function choose(page: Page, file: string): Promise<void> {
  await page.getByLabel(en["backup.choose"]).setInputFiles(file);
}
