/** The ways in: the first run, passwords, the one-time code, and a session that ends. */
import type { Page } from "@playwright/test";
import { de, en } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, openAccount, OWNER, speakGerman, test } from "./fixtures/test";

test("the first run creates the administrator and says at the field what is wrong", async ({ stranger }) => {
  const page = await stranger("/");
  await expect(page.getByRole("heading", { name: en["first_run.title"] })).toBeVisible();
  await look(page, "first-run");
  await fill(page, { ...OWNER, again: "something else, and long" });
  await submit(page, en["first_run.submit"]);
  await expect(page.getByRole("alert")).toContainText(en["first_run.repeat.wrong"]);
  await fill(page, { ...OWNER, password: "short", again: "short" });
  await submit(page, en["first_run.submit"]);
  const password = page.getByLabel(en["sign_in.password"], { exact: true });
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert")).toContainText("12");
  await expect(page.getByLabel(en["sign_in.name"])).toHaveValue(OWNER.name);
  await expect(password).toHaveValue("short");
  await fill(page, { ...OWNER, again: OWNER.password });
  await submit(page, en["first_run.submit"]);
  await expect(page.getByRole("navigation", { name: en["shell.navigation"] })).toBeVisible();
  await expect(page.getByText(OWNER.name)).toBeVisible();
  await page.reload();
  await expect(page.getByRole("navigation", { name: en["shell.navigation"] })).toBeVisible();
  await signOut(page);
  await expect(page.getByRole("heading", { name: en["sign_in.title"] })).toBeVisible();
});

test("a wrong password and a wrong name are refused in the same words", async ({ stranger }) => {
  const page = await stranger("/");
  await look(page, "sign-in");
  const said: string[] = [];
  for (const [name, password] of [
    [OWNER.name, "not the right sentence"],
    ["Nobody Anywhere", OWNER.password],
  ] as const) {
    await fill(page, { name, password });
    await submit(page, en["sign_in.submit"]);
    await expect(page.getByRole("alert")).toBeVisible();
    said.push(await page.getByRole("alert").innerText());
    await expect(page.getByLabel(en["sign_in.name"])).toHaveValue(name);
    await expect(page.getByRole("navigation")).toHaveCount(0);
  }
  expect(said[0]).toBe(said[1]);
  await look(page, "sign-in-refused");
  await fill(page, OWNER);
  await submit(page, en["sign_in.submit"]);
  await expect(page.getByRole("navigation", { name: en["shell.navigation"] })).toBeVisible();
});

test("a one-time code opens once", async ({ stranger, server }) => {
  const { code } = await server.ask<{ code: string }>("POST", "/session/code");
  const page = await stranger("/");
  await page.getByRole("button", { name: en["sign_in.by_code"] }).click();
  await page.getByLabel(en["sign_in.code"], { exact: true }).fill(code.toLowerCase());
  await submit(page, en["sign_in.submit"]);
  await expect(page.getByRole("navigation", { name: en["shell.navigation"] })).toBeVisible();
  await signOut(page);
  await page.getByRole("button", { name: en["sign_in.by_code"] }).click();
  await page.getByLabel(en["sign_in.code"], { exact: true }).fill(code);
  await submit(page, en["sign_in.submit"]);
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("navigation")).toHaveCount(0);
});

test("everything is done by keyboard alone", async ({ stranger }) => {
  const page = await stranger("/");
  await expect(page.getByLabel(en["sign_in.name"])).toBeVisible();
  await tabTo(page, page.getByLabel(en["sign_in.name"]));
  await page.keyboard.type(OWNER.name);
  await tabTo(page, page.getByLabel(en["sign_in.password"], { exact: true }));
  await page.keyboard.type(OWNER.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("navigation", { name: en["shell.navigation"] })).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: en["shell.skip"] }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(page, page.getByTitle(/^Signed in as /));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("button", { name: en["shell.sign_out"] }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: en["sign_in.title"] })).toBeVisible();
});

test("a session that has ended leads back to the same page", async ({ as, stranger }) => {
  const page = await as("owner", "/settings?from=here");
  await expect(page.getByRole("navigation", { name: en["shell.navigation"] })).toBeVisible();
  const elsewhere = await stranger("/");
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const { csrf } = (await (await page.request.get("/api/v1/session")).json()) as { csrf: string };
  const ended = await elsewhere.request.delete("/api/v1/session", {
    headers: { cookie, "x-conclave-csrf": csrf },
  });
  expect(ended.status()).toBe(204);
  await page.reload();
  await expect(page.getByText(en["sign_in.again"])).toBeVisible();
  await fill(page, OWNER);
  await submit(page, en["sign_in.submit"]);
  await expect(page.getByRole("navigation", { name: en["shell.navigation"] })).toBeVisible();
  await expect(page).toHaveURL("/settings?from=here");
});

test("the language is the browser's, or the one that was chosen", async ({ as, stranger }) => {
  const page = await as("owner", "/");
  await speakGerman(page);
  await expect(page.getByRole("link", { name: de["shell.rooms"], exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: de["shell.rooms"], exact: true })).toBeVisible();
  const other = await stranger("/");
  await expect(other.getByRole("heading", { name: en["sign_in.title"] })).toBeVisible();
});

interface Form {
  name: string;
  password: string;
  again?: string;
}

async function fill(page: Page, { name, password, again }: Form): Promise<void> {
  await page.getByLabel(en["sign_in.name"]).fill(name);
  await page.getByLabel(en["sign_in.password"], { exact: true }).fill(password);
  if (again !== undefined) await page.getByLabel(en["first_run.repeat"]).fill(again);
}

async function signOut(page: Page): Promise<void> {
  await openAccount(page);
  await page.getByRole("button", { name: en["shell.sign_out"] }).click();
}

async function submit(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Presses Tab until it has the focus; a page has fewer stops than this. */
async function tabTo(page: Page, target: ReturnType<Page["locator"]>): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed++) {
    await page.keyboard.press("Tab");
    const focused = await target.evaluate((element) => element === document.activeElement);
    if (focused) return;
  }
  throw new Error(`the keyboard does not reach ${String(target)}`);
}
