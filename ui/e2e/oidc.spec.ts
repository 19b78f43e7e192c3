/** Signing in by another service: there and back, refused, over an ended session, in German. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { de as accessDe, en as access } from "../src/i18n/access";
import { de, en } from "../src/i18n/shell";
import { leftovers } from "./fixtures/german";
import { look } from "./fixtures/look";
import { CLIENT, Provider, type Person } from "./fixtures/provider";
import { Server } from "./fixtures/server";
import { expect, openAccount, OWNER, test as base } from "./fixtures/test";

const ANNA: Person = { sub: "anna", name: "<b>Anna</b> Ames", groups: ["staff"] };
const EVE: Person = { sub: "eve", name: "Eve", groups: ["visitors"] };
const NAME = "The House";

interface House {
  provider: Provider;
  server: Server;
}

/** One server for the file, which knows one sign-in service. */
const test = base.extend<{ provider: Provider }, { house: House }>({
  house: [
    async ({}, use) => {
      const provider = await Provider.start([ANNA, EVE]);
      const server = await Server.start((url, data) => {
        writeFileSync(join(data, "secret"), `${CLIENT.secret}\n`, { mode: 0o600 });
        return [
          "[oidc]",
          `name = "${NAME}"`,
          `issuer = "${provider.issuer}"`,
          `client_id = "${CLIENT.id}"`,
          `client_secret_file = "secret"`,
          `url = "${url}"`,
          "[oidc.roles]",
          `staff = "room-manager"`,
        ].join("\n");
      });
      await server.ask("POST", "/setup", OWNER);
      await use({ provider, server });
      await server.stop();
      await provider.stop();
    },
    { scope: "worker" },
  ],
  server: async ({ house }, use) => use(house.server),
  provider: async ({ house }, use) => {
    await use(house.provider);
    house.provider.forgetful = false;
  },
});

test("somebody comes in by the service, with the role that their group has", async ({ stranger, as, provider, server }) => {
  const page = await stranger("/rooms?q=team");
  await look(page, "sign-in-by-service");
  await comeBy(page, "anna");
  await expect(page).toHaveURL("/rooms?q=team");
  await expect(page.getByRole("button", { name: "New room" })).toBeVisible();
  await expect(page.getByRole("banner").getByText(ANNA.name)).toBeVisible();
  await expect(page.locator("b", { hasText: "Anna" })).toHaveCount(0);
  expect(provider.visits).toBe(1);

  const owner = await as("owner", "/settings/users");
  const row = owner.getByRole("main").getByRole("listitem").filter({ hasText: ANNA.name });
  await expect(row).toContainText(access["access.external"]);
  await expect(row.getByLabel(`Role of ${ANNA.name}`)).toHaveValue("room-manager");
  await look(owner, "users-by-service");

  for (const secret of [CLIENT.secret, "code=", "state="]) expect(server.log()).not.toContain(secret);

  await openAccount(page);
  await page.getByRole("button", { name: en["shell.sign_out"] }).click();
  await expect(page.getByRole("heading", { name: en["sign_in.title"] })).toBeVisible();
  await page.goto("/rooms");
  await expect(page.getByRole("heading", { name: en["sign_in.title"] })).toBeVisible();

  await row.getByRole("button", { name: `Remove ${ANNA.name}` }).click();
  await expect(owner.getByText(access["access.user.remove.external"])).toBeVisible();
});

test("who is refused is told why, and comes in with a password", async ({ stranger, as }) => {
  const page = await stranger("/rooms?q=team");
  await comeBy(page, "eve");
  await expect(page.getByRole("alert")).toHaveText(en["sign_in.failed.no-role"]);
  await expect(page).toHaveURL("/rooms?q=team");
  await look(page, "sign-in-no-role");
  await comeBy(page, "nobody");
  await expect(page.getByRole("alert")).toHaveText(en["sign_in.failed.refused"]);
  await expect(page.getByText("You went away")).toHaveCount(0);
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual([]);
  await page.getByLabel(en["sign_in.name"]).fill(OWNER.name);
  await page.getByLabel(en["sign_in.password"], { exact: true }).fill(OWNER.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "New room" })).toBeVisible();
  await expect(page).toHaveURL("/rooms?q=team");

  const owner = await as("owner", "/settings/audit");
  await expect(owner.getByRole("main").getByText(/^Eve: /).first()).toBeVisible();
});

test("what another browser brought back opens nothing", async ({ stranger }) => {
  const [page, other] = [await stranger("/"), await stranger("/")];
  await button(page).click();
  const link = await page.getByRole("link", { name: "I am anna" }).getAttribute("href");
  const back = (await fetch(new URL(link ?? "", page.url()), { redirect: "manual" })).headers.get("location") ?? "";
  for (const somebody of [other, page]) {
    await somebody.goto(back);
    await expect(somebody.getByRole("alert")).toHaveText(en["sign_in.failed.unknown"]);
    await expect(somebody.getByRole("navigation")).toHaveCount(0);
  }
});

test("a service that knows us no more is said to be of no use", async ({ stranger, provider }) => {
  const page = await stranger("/");
  provider.forgetful = true;
  await comeBy(page, "anna");
  await expect(page.getByRole("alert")).toHaveText(en["sign_in.failed.unusable"]);
  provider.forgetful = false;
  await comeBy(page, "anna");
  await expect(page.getByRole("banner").getByText(ANNA.name)).toBeVisible();
});

test("a session that ended under a page leads back to it by the service", async ({ stranger }) => {
  const page = await stranger("/rooms?q=team");
  await comeBy(page, "anna");
  await expect(page.getByRole("button", { name: "New room" })).toBeVisible();
  const { csrf } = (await (await page.request.get("/api/v1/session")).json()) as { csrf: string };
  await page.request.delete("/api/v1/session", { headers: { "x-conclave-csrf": csrf } });
  await expect(page.getByRole("dialog", { name: en["sign_in.title"] })).toBeVisible();
  await comeBy(page, "anna");
  await expect(page).toHaveURL("/rooms?q=team");
  await expect(page.getByRole("button", { name: "New room" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test.describe("in German", () => {
  test.use({ locale: "de-DE" });

  test("the way there, a refusal and the user's row", async ({ stranger, as }) => {
    const page = await stranger("/");
    await page.getByRole("link", { name: de["sign_in.with"].replace("{provider}", NAME) }).click();
    await page.getByRole("link", { name: "I am eve" }).click();
    await expect(page.getByRole("alert")).toHaveText(de["sign_in.failed.no-role"]);
    await look(page, "sign-in-no-role-de");
    expect(await leftovers(page)).toEqual([]);
    const owner = await as("owner", "/settings/users");
    await expect(owner.getByText(accessDe["access.external"])).toBeVisible();
  });
});

test("without a service there is no button", async ({ browser }) => {
  const server = await Server.start();
  try {
    await server.ask("POST", "/setup", OWNER);
    const page = await browser.newPage({ baseURL: server.url });
    await page.goto("/");
    await expect(page.getByRole("button", { name: en["sign_in.submit"] })).toBeVisible();
    await expect(page.locator("main a")).toHaveCount(0);
    await page.close();
  } finally {
    await server.stop();
  }
});

function button(page: Page) {
  return page.getByRole("link", { name: en["sign_in.with"].replace("{provider}", NAME) });
}

async function comeBy(page: Page, who: string): Promise<void> {
  await button(page).click();
  await page.getByRole("link", { name: `I am ${who}` }).click();
}
