/** Users, tokens and the audit log: who may what is decided here, and counts at once. */
import type { Page } from "@playwright/test";
import { de, en } from "../src/i18n/access";
import { en as shell } from "../src/i18n/shell";
import { look } from "./fixtures/look";
import { expect, OWNER, speakGerman, test } from "./fixtures/test";

const NAME = "<b>Rita</b> Roth";
const PASSWORD = "another long sentence";

test("a user is made, comes in, is given another role and is shut out, each at once", async ({ as, stranger }) => {
  const page = await as("owner", "/settings/users");
  await page.getByRole("button", { name: en["access.user.new"] }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel(shell["sign_in.name"]).fill(NAME);
  await sheet.getByLabel(en["access.role"]).selectOption("room-manager");
  const password = sheet.getByLabel(shell["sign_in.password"], { exact: true });
  await password.fill("short");
  await sheet.getByRole("button", { name: en["access.user.make"] }).click();
  await expect(sheet.getByRole("alert")).toContainText("12");
  await expect(sheet.getByLabel(shell["sign_in.name"])).toHaveValue(NAME);
  await expect(password).toHaveValue("short");
  await password.fill(PASSWORD);
  await sheet.getByRole("button", { name: en["access.user.make"] }).click();
  await expect(sheet).toHaveCount(0);
  await expect(page.getByRole("button", { name: en["access.user.new"] })).toBeFocused();
  const row = page.getByRole("main").getByRole("listitem").filter({ hasText: NAME });
  await expect(row).toContainText(en["access.never"]);
  await expect(page.locator("main b")).toHaveCount(0);

  const rita = await stranger("/rooms");
  await rita.getByLabel(shell["sign_in.name"]).fill(NAME);
  await rita.getByLabel(shell["sign_in.password"], { exact: true }).fill(PASSWORD);
  await rita.keyboard.press("Enter");
  await expect(rita.getByRole("button", { name: "New room" })).toBeVisible();
  expect(await status(rita, "POST", "/rooms", { title: "By Rita" })).toBe(201);

  await row.getByLabel(`Role of ${NAME}`).selectOption("auditor");
  await expect(page.getByText(`${NAME} is now ${en["access.role.auditor"]}`).first()).toBeVisible();
  expect(await status(rita, "POST", "/rooms", { title: "By Rita" })).toBe(403);
  await page.getByRole("button", { name: shell["shell.undo"] }).click();
  await expect(row.getByLabel(`Role of ${NAME}`)).toHaveValue("room-manager");
  expect(await status(rita, "POST", "/rooms", { title: "By Rita again" })).toBe(201);

  await row.getByRole("button", { name: `Remove ${NAME}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: en["access.remove"] }).click();
  await expect(row).toHaveCount(0);
  expect((await rita.request.get("/api/v1/session")).status()).toBe(401);
  await rita.reload();
  await expect(rita.getByRole("heading", { name: shell["sign_in.title"] })).toBeVisible();
});

test("a token's secret is shown once, opens what it may and nothing else", async ({ as, server }) => {
  const page = await as("owner", "/settings/tokens");
  await expect(page.getByText(en["access.tokens.none"])).toBeVisible();
  await page.getByRole("button", { name: en["access.token.new"] }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByLabel(en["access.token.name"]).fill("ticket system");
  await sheet.getByRole("button", { name: en["access.token.make"] }).click();
  await expect(sheet.getByText(en["access.token.choose"])).toBeVisible();
  await expect(sheet.getByLabel(en["access.token.name"])).toHaveValue("ticket system");
  await sheet.getByLabel("see rooms").check();
  await sheet.getByRole("button", { name: en["access.token.make"] }).click();
  await expect(sheet.getByText(en["access.token.once"])).toBeVisible();
  const secret = await sheet.locator(".secret").innerText();
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await expect.poll(() => page.content()).not.toContain(secret);
  await page.reload();
  const row = page.getByRole("main").getByRole("listitem").filter({ hasText: "ticket system" });
  await expect(row).toContainText("rooms:read");
  await expect(row).toContainText(en["access.token.unused"]);
  expect(await page.content()).not.toContain(secret);

  const by = (method: string, path: string, body?: string) =>
    fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body }),
    }).then(({ status }) => status);
  expect(await by("GET", "/rooms")).toBe(200);
  expect(await by("GET", "/rooms/800/pin")).toBe(403);
  expect(await by("POST", "/rooms", `{"title":"Mine"}`)).toBe(403);
  expect(await by("GET", "/users")).toBe(403);
  await row.getByRole("button", { name: "Remove ticket system" }).click();
  await page.getByRole("dialog").getByRole("button", { name: en["access.remove"] }).click();
  await expect(row).toHaveCount(0);
  expect(await by("GET", "/rooms")).toBe(401);
  expect(server.log()).not.toContain(secret);
});

test("the audit log says who did what, and who may read it reads it in German too", async ({ as }) => {
  const page = await as("auditor", "/settings/audit");
  const lines = page.getByRole("main").getByRole("listitem").filter({ hasText: OWNER.name });
  await expect(lines.filter({ hasText: en["access.deed.token.deleted"] })).toHaveCount(1);
  await expect(lines.filter({ hasText: en["access.deed.user.deleted"] })).toHaveCount(1);
  await expect(page.getByRole("main").getByRole("listitem").filter({ hasText: NAME }).filter({ hasText: en["access.deed.room.created"] })).toHaveCount(2);
  await expect(page.getByRole("main").getByRole("listitem").filter({ hasText: NAME }).filter({ hasText: en["access.deed.session.opened"] })).toHaveCount(1);
  await expect(page.locator("main b")).toHaveCount(0);
  await lines.filter({ hasText: en["access.deed.token.created"] }).getByRole("link").click();
  await expect(page).toHaveURL(/object=/);
  await expect(page.locator("main ol li")).toHaveCount(2);
  await page.getByRole("link", { name: en["access.audit.all"] }).click();
  await speakGerman(page);
  await expect(page.getByText(de["access.deed.user.created"]).first()).toBeVisible();
});

test("a password is changed by whoever knows it, and other browsers are signed out", async ({ as }) => {
  const other = await as("admin", "/settings");
  const page = await as("admin", "/settings");
  const old = page.getByLabel(en["access.password.old"]);
  await old.fill("not the right one at all");
  await page.getByLabel(en["access.password.new"], { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: en["access.password.change"] }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByLabel(en["access.password.new"], { exact: true })).toHaveValue(PASSWORD);
  expect((await other.request.get("/api/v1/session")).status()).toBe(200);
  await old.fill(OWNER.password);
  await page.getByRole("button", { name: en["access.password.change"] }).click();
  await expect(page.getByText(en["access.password.changed"]).first()).toBeVisible();
  await expect(old).toHaveValue("");
  expect((await other.request.get("/api/v1/session")).status()).toBe(401);
  expect((await page.request.get("/api/v1/session")).status()).toBe(200);
});

test("the tokens of a user end with them, or are kept by whoever removes them", async ({ as, stranger, server }) => {
  const page = await as("owner", "/settings/users");
  for (const [name, keep] of [["Ada", false], ["Bea", true]] as const) {
    await server.ask("POST", "/users", { name, role: "admin", password: PASSWORD });
    const maker = await stranger("/");
    const signedIn = await maker.request.post("/api/v1/session", { data: { name, password: PASSWORD } });
    const { csrf } = (await signedIn.json()) as { csrf: string };
    const made = await maker.request.post("/api/v1/tokens", {
      headers: { "x-conclave-csrf": csrf },
      data: { name: `${name}'s <i>script</i>`, permissions: ["rooms:read"] },
    });
    const { secret } = (await made.json()) as { secret: string };
    const program = () => fetch(`${server.url}/api/v1/rooms`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await program()).status).toBe(200);

    await page.reload();
    const row = page.getByRole("main").getByRole("listitem").filter({ hasText: name });
    await row.getByRole("button", { name: `Remove ${name}` }).click();
    const sheet = page.getByRole("dialog");
    await expect(sheet.getByText(`${name}'s <i>script</i>`)).toBeVisible();
    await expect(sheet.getByText(en["access.user.tokens.end"])).toBeVisible();
    if (keep) {
      await sheet.getByLabel(en["access.user.tokens.keep"]).check();
      await expect(sheet.getByText(en["access.user.tokens.kept"])).toBeVisible();
      await look(page, "user-with-tokens");
    }
    await sheet.getByRole("button", { name: en["access.remove"] }).click();
    await expect(row).toHaveCount(0);
    expect((await program()).status).toBe(keep ? 200 : 401);
  }
});

async function status(page: Page, method: string, path: string, data: object): Promise<number> {
  const { csrf } = (await (await page.request.get("/api/v1/session")).json()) as { csrf: string };
  const headers = { "x-conclave-csrf": csrf };
  return (await page.request.fetch(`/api/v1${path}`, { method, headers, data })).status();
}
