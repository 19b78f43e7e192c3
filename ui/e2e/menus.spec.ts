/** Menus of keys: looked at, made, mended line by line, chosen by a room, kept and removed. */
import { en as menus } from "../src/i18n/menus";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, test } from "./fixtures/test";

test("a menu is made, its mistakes shown at their lines, and chosen by a room", async ({ as, server }) => {
  const page = await as("owner", "/settings/menus");
  await page.getByRole("link", { name: /asterisk/ }).click();
  await expect(page.getByLabel(menus["menus.text"])).toHaveValue(/leave_conference/);
  await expect(page.getByLabel(menus["menus.moderators"])).toHaveValue(/admin_kick_last/);
  await look(page, "menus-preset");

  await page.getByRole("button", { name: menus["menus.new"] }).click();
  const name = page.getByLabel(menus["menus.new.name"]);
  await name.fill("modern");
  await page.getByRole("button", { name: menus["menus.new.create"] }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await name.fill("Reception");
  await page.getByRole("button", { name: menus["menus.new.create"] }).click();
  await expect(page).toHaveURL(/\/settings\/menus\/reception$/);

  const text = page.getByLabel(menus["menus.text"]);
  await expect(text).toHaveValue(/\*6=toggle_mute/);
  await text.fill("*6=toggle_mute\n7=raise_hnd\n8=playback()\n");
  await expect(page.getByText("did you mean raise_hand?")).toBeVisible();
  await text.blur();
  await expect(page.getByText("Not saved")).toBeVisible();
  await expect(text).toHaveValue(/raise_hnd/);
  const kept = await server.ask<{ text: string }>("GET", "/menus/reception");
  expect(kept.text).not.toContain("raise_hnd");
  await look(page, "menus-wrong");
  await text.fill("*6=toggle_mute\n7=raise_hand,participant_count\n8=set_as_single_video_src\n");
  await text.blur();
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  await look(page, "menus-own");

  const made = await server.ask<{ id: string }>("POST", "/rooms", { title: "Front desk", extension: "871" });
  await page.goto(`/rooms/${made.id}`);
  const choice = page.getByLabel(menus["rooms.keypad"], { exact: true });
  await expect(choice).toHaveValue("modern");
  await choice.selectOption("reception");
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  await look(page, "menus-room");
  await page.getByRole("link", { name: menus["rooms.keys.menus"] }).click();
  await expect(page.getByRole("link", { name: /871/ })).toBeVisible();
  const removal = page.getByRole("button", { name: menus["menus.remove"] });
  await expect(removal).toBeDisabled();
  await server.ask("PATCH", `/rooms/${made.id}`, { keypad: "none" });
  await page.reload();
  await removal.click();
  await expect(page).toHaveURL(/\/settings\/menus$/);
  await expect(page.getByRole("link", { name: /reception/ })).toHaveCount(0);
  await page.getByRole("button", { name: shell["shell.undo"] }).click();
  await expect(page.getByRole("link", { name: /reception/ })).toBeVisible();
});
