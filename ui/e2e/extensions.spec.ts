/** Numbers that are no room: the echo test that is there, an announcement, what is refused, undo. */
import { en as extensions } from "../src/i18n/extensions";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, test } from "./fixtures/test";

test("an echo test is there, an announcement is made, changed, removed and brought back", async ({ as, server }) => {
  const page = await as("owner", "/settings/extensions");
  const at = (number: string) =>
    page.getByLabel(extensions["extensions.heard.at"].replace("{number}", number));
  await expect(at("899")).toHaveValue(":echo");
  await look(page, "extensions");

  await server.ask("POST", "/rooms", { title: "Front desk", extension: "872" });
  await page.getByRole("button", { name: extensions["extensions.new"] }).click();
  const number = page.getByLabel(extensions["extensions.number"], { exact: true });
  await number.fill("872");
  await page.getByRole("button", { name: extensions["extensions.make"] }).click();
  await expect(number).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText(/is the number of the room "Front desk"/)).toBeVisible();
  await look(page, "extensions-refused");
  await number.fill("873");
  await page.getByLabel(extensions["extensions.heard"], { exact: true }).selectOption("goodbye");
  await page.getByRole("button", { name: extensions["extensions.make"] }).click();
  await expect(at("873")).toHaveValue("goodbye");

  await at("873").selectOption("sorry");
  const kept = async () =>
    (await server.ask<{ items: { extension: string; sound: string | null }[] }>("GET", "/extensions")).items;
  await expect.poll(kept).toMatchObject([{ extension: "873", sound: "sorry" }, { extension: "899", sound: null }]);
  await page.getByRole("button", { name: extensions["extensions.remove"].replace("{number}", "873") }).click();
  await expect(at("873")).toHaveCount(0);
  await page.getByRole("button", { name: shell["shell.undo"] }).last().click();
  await expect(at("873")).toHaveValue("sorry");
});

test("who may only look sees the numbers and changes none", async ({ as }) => {
  const page = await as("auditor", "/settings/extensions");
  await expect(page.getByText("899")).toBeVisible();
  await expect(page.getByRole("main").getByRole("combobox").first()).toBeDisabled();
  await expect(page.getByRole("button", { name: extensions["extensions.new"] })).toHaveCount(0);
});
