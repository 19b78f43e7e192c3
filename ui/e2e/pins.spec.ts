/** More PINs on one extension: one that makes a moderator, and one that says who it is. */
import { en } from "../src/i18n/rooms";
import { look } from "./fixtures/look";
import { expect, test } from "./fixtures/test";

const PIN = "604217";
const LOW_HZ = 500;
const HIGH_HZ = 1_100;

test("a moderator's PIN and a person's open the same extension, each as what it says", async ({ as, phone, server }) => {
  const { id } = await server.addRoom("Two doors", { extension: "881", pin: PIN });
  const page = await as("owner", `/rooms/${id}`);
  const field = page.getByLabel(en["rooms.pin.moderator"], { exact: true });
  await expect(field).toHaveValue("none");
  await page.getByRole("button", { name: en["rooms.pin.moderator.new"] }).click();
  await expect(field).toHaveValue(/^\d{4,12}$/);
  const moderatorPin = await field.inputValue();

  await page.getByLabel(en["rooms.pin.person"], { exact: true }).fill("Miriam <b>Roth</b>");
  await page.getByRole("button", { name: en["rooms.pin.give"] }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Miriam <b>Roth</b>" });
  await expect(row).toContainText(en["rooms.pin.role.member"]);
  const personalPin = (await row.locator(".mono").innerText()).trim();
  expect(new Set([PIN, moderatorPin, personalPin]).size).toBe(3);
  await look(page, "pins");

  await page.reload();
  await expect(field).toHaveValue("••••••");
  expect(await page.content()).not.toContain(moderatorPin);
  await page.getByRole("button", { name: en["rooms.pin.more.show"] }).click();
  await expect(field).toHaveValue(moderatorPin);

  const jens = await phone(LOW_HZ, "Jens");
  await jens.call(server.uri("881"));
  await jens.press(moderatorPin);
  await expect.poll(() => server.participants("881")).toHaveLength(1);
  const locked = async () => (await server.ask<{ locked: boolean }>("GET", "/rooms/881/live")).locked;
  await jens.press("*7");
  await expect.poll(locked, "a moderator's key").toBe(true);
  await jens.press("*7");
  await expect.poll(locked).toBe(false);
  const miriam = await phone(HIGH_HZ, "Desk 12");
  await miriam.call(server.uri("881"));
  await miriam.press(personalPin);
  await expect.poll(async () => (await server.participants("881")).map((one) => one.name))
    .toContain("Miriam <b>Roth</b>");
  for (const pin of [moderatorPin, personalPin]) expect(server.log()).not.toContain(pin);

  await row.getByRole("button", { name: /^Take away/ }).click();
  await expect(row).toHaveCount(0);
  await page.getByRole("button", { name: en["rooms.pin.moderator.off"] }).click();
  await expect(field).toHaveValue("none");
});
