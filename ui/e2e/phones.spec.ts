/** Accounts of telephones: made with a password shown once, refused, changed and removed. */
import { en as access } from "../src/i18n/access";
import { en as phones } from "../src/i18n/phones";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, test } from "./fixtures/test";

test("an account is made, its password shown once, changed and removed", async ({ as, server }) => {
  const page = await as("owner", "/settings/phones");
  const of = (words: string) => page.getByRole("button", { name: words.replace("{user}", "anna"), exact: true });
  await expect(page.getByText(phones["phones.none"])).toBeVisible();
  await page.getByRole("button", { name: phones["phones.new"] }).click();
  const user = page.getByLabel(phones["phones.user"], { exact: true });
  await user.fill("Anna");
  await page.getByLabel(phones["phones.name"], { exact: true }).fill("Anna Huber");
  await page.getByLabel(phones["phones.number"], { exact: true }).fill("201");
  await page.getByRole("button", { name: phones["phones.make"] }).click();
  await expect(user).toHaveAttribute("aria-invalid", "true");
  await look(page, "phones-refused");
  await user.fill("anna");
  await page.getByRole("button", { name: phones["phones.make"] }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByText(phones["phones.once"])).toBeVisible();
  await look(page, "phones-made");
  await sheet.getByRole("button", { name: shell["shell.close"], exact: true }).last().click();
  await expect(page.getByText(phones["phones.unregistered"])).toBeVisible();
  await look(page, "phones");

  await page.getByLabel(phones["phones.pin.at"].replace("{user}", "anna")).selectOption("skipped");
  await of(phones["phones.disable.one"]).click();
  await expect(page.getByText(phones["phones.disabled"], { exact: true })).toBeVisible();
  const kept = () => server.ask("GET", "/phones/anna");
  await expect.poll(kept).toMatchObject({ pin: "skipped", enabled: false, number: "201" });
  await of(phones["phones.remove"]).click();
  await page.getByRole("dialog").getByRole("button", { name: access["access.remove"], exact: true }).click();
  await expect(page.getByText(phones["phones.none"])).toBeVisible();
});

test("who may only look sees the accounts and changes none", async ({ as, server }) => {
  await server.ask("POST", "/phones", { user: "bert", name: "Bert" });
  const page = await as("auditor", "/settings/phones");
  await expect(page.getByText("bert", { exact: true })).toBeVisible();
  await expect(page.getByRole("main").getByRole("combobox").first()).toBeDisabled();
  await expect(page.getByRole("button", { name: phones["phones.new"] })).toHaveCount(0);
});
