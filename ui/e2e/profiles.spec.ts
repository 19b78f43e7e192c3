/** Profiles: made, mended line by line, named by rooms and PINs, called anew, kept and removed. */
import { en as live } from "../src/i18n/live";
import { en as menus } from "../src/i18n/menus";
import { en as profiles, de } from "../src/i18n/profiles";
import { en as rooms } from "../src/i18n/rooms";
import { en as shell, de as shell_de } from "../src/i18n/shell";
import { leftovers } from "./fixtures/german";
import { look } from "./fixtures/look";
import { expect, speakGerman, test } from "./fixtures/test";

const PIN = "604217";
const LOW_HZ = 500;

test("a profile is made, its mistakes shown at their lines, named by a room and called anew", async ({ as, server }) => {
  const page = await as("owner", "/settings/profiles");
  await expect(page.getByText(profiles["profiles.none"])).toHaveCount(2);
  await page.getByRole("button", { name: profiles["profiles.new"] }).click();
  const name = page.getByLabel(profiles["profiles.new.name"], { exact: true });
  await name.fill("all hands");
  await page.getByRole("button", { name: profiles["profiles.new.create"] }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await name.fill("All_Hands");
  await page.getByRole("button", { name: profiles["profiles.new.create"] }).click();
  await expect(page).toHaveURL(/\/settings\/profiles\/user\/all_hands$/);

  const text = page.getByLabel(profiles["profiles.text.user"], { exact: true });
  await text.fill("startmuted=yes\nquit=yes\nmax_members=3");
  await expect(page.getByText("did you mean quiet?")).toBeVisible();
  await text.blur();
  await expect(page.getByText(rooms["rooms.not_saved"])).toBeVisible();
  await expect(text).toHaveValue(/quit=yes/);
  expect(await server.ask("GET", "/profiles/user/all_hands")).toMatchObject({ text: "" });
  await look(page, "profiles-wrong");
  await text.fill("; ours\nstartmuted=yes\nquiet=yes");
  await text.blur();
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();

  const { id } = await server.addRoom("Town hall", { extension: "891", pin: PIN });
  await page.goto(`/rooms/${id}`);
  const options = page.getByLabel(rooms["rooms.user_options"], { exact: true });
  await options.fill("template=All_Hands\nquiet=no");
  await options.blur();
  await expect(page.getByText(shell["shell.saved"])).toBeVisible();
  const named = page.getByRole("link", { name: profiles["profiles.open"].replace("{name}", "All_Hands") });
  await expect(named).toBeVisible();
  await look(page, "profiles-room");
  await named.click();
  await expect(page.getByRole("link", { name: /891/ })).toBeVisible();
  await expect(page.getByRole("button", { name: profiles["profiles.remove"] })).toBeDisabled();

  const called = page.getByLabel(profiles["profiles.name"], { exact: true });
  await called.fill("audience");
  await called.press("Enter");
  await expect(page).toHaveURL(/\/settings\/profiles\/user\/audience$/);
  await expect(page.getByRole("heading", { name: "audience" })).toBeVisible();
  await expect(page.getByRole("link", { name: /891/ })).toBeVisible();
  await expect(page.getByRole("listitem").getByText("quiet=yes")).toBeVisible();
  await look(page, "profiles-own");
  expect(await server.ask("GET", "/rooms/891")).toMatchObject({ user_options: "template=audience\nquiet=no" });
  await page.getByRole("button", { name: shell["shell.undo"] }).click();
  await expect(page).toHaveURL(/\/settings\/profiles\/user\/all_hands$/);
  expect(await server.ask("GET", "/rooms/891")).toMatchObject({ user_options: "template=all_hands\nquiet=no" });

  await server.ask("PATCH", `/rooms/${id}`, { user_options: "" });
  await page.reload();
  await page.getByRole("button", { name: profiles["profiles.remove"] }).click();
  await expect(page).toHaveURL(/\/settings\/profiles$/);
  await expect(page.getByRole("link", { name: /all_hands/ })).toHaveCount(0);
  await page.getByRole("button", { name: shell["shell.undo"] }).click();
  await expect(page).toHaveURL(/\/settings\/profiles\/user\/all_hands$/);
  await expect(text).toHaveValue("; ours\nstartmuted=yes\nquiet=yes");
});

test("a name that is taken and a profile that others begin with are refused in the reader's language", async ({ as, server }) => {
  for (const [name, text] of [["base", "quiet=yes"], ["top", "template=base"]] as const) {
    await server.ask("POST", "/profiles", { kind: "user", name, text });
  }
  const page = await as("owner", "/settings/profiles/user/base");
  await speakGerman(page);
  await expect(page.getByText(de["profiles.rooms.none"])).toBeVisible();
  await page.getByRole("button", { name: de["profiles.remove"] }).click();
  const refusal = page.getByRole("status").filter({ hasText: "das Profil top beginnt mit diesem" });
  await expect(refusal).toBeVisible();
  await page.getByRole("button", { name: shell_de["shell.dismiss"] }).click();
  const called = page.getByLabel(de["profiles.name"], { exact: true });
  await called.fill("top");
  await called.blur();
  await expect(page.getByText("ein Name, den kein anderes Profil dieser Art hat")).toBeVisible();
  await expect(called).toHaveValue("top");
  await page.evaluate(() => scrollTo(0, 0));
  await look(page, "profiles-german");
  expect(await leftovers(page)).toEqual([]);
  await called.fill("BASE");
  await called.blur();
  await expect(called, "the same name").toHaveValue("base");
  await expect(called).not.toHaveAttribute("aria-invalid", "true");
});

test("a person's PIN names a profile, and the live page says who leads and who moderates", async ({ as, phone, server }) => {
  const { id } = await server.addRoom("Leaders", { extension: "892", pin: PIN });
  await server.ask("POST", "/profiles", { kind: "user", name: "lead", text: "marked=yes" });
  const page = await as("owner", `/rooms/${id}`);
  await page.getByLabel(rooms["rooms.pin.person"], { exact: true }).fill("Miriam <b>Roth</b>");
  await page.getByRole("combobox", { name: rooms["rooms.pin.profile"], exact: true }).selectOption("lead");
  await page.getByRole("button", { name: rooms["rooms.pin.give"] }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Miriam <b>Roth</b>" });
  const choice = row.getByRole("combobox");
  await expect(choice).toHaveValue("lead");
  const pin = (await row.locator(".mono").innerText()).trim();
  await look(page, "profiles-pin");
  await choice.selectOption("");
  await choice.selectOption("lead");
  await expect.poll(async () => (await server.ask<{ personal_pins: unknown[] }>("GET", "/rooms/892/pin")).personal_pins)
    .toEqual([{ name: "Miriam <b>Roth</b>", role: "member", pin, profile: "lead" }]);
  const { moderator_pin } = await server.ask<{ moderator_pin: string }>("POST", "/rooms/892/pin", { of: "moderator" });

  await page.goto(`/rooms/${id}/live`);
  const miriam = await phone(LOW_HZ, "Desk 12");
  await miriam.call(server.uri("892"));
  await miriam.press(pin);
  await expect(page.getByRole("row").filter({ hasText: "Miriam" })).toContainText(live["live.role.leader"]);
  const jens = await phone(LOW_HZ, "Jens");
  await jens.call(server.uri("892"));
  await jens.press(moderator_pin);
  await expect(page.getByRole("row").filter({ hasText: "Jens" })).toContainText(live["live.role.moderator"]);
  await look(page, "live-roles");
  await server.ask("PATCH", "/profiles/user/lead", { text: "admin=yes" });
  await expect(page.getByRole("row").filter({ hasText: "Miriam" })).toContainText(live["live.role.moderator"]);
  await expect(page.getByText(live["live.told.is_moderator"].replace("{who}", ""), { exact: false })).toBeVisible();
});

test("a menu is called anew, and its room follows", async ({ as, server }) => {
  await server.ask("POST", "/menus", { name: "desk", text: "*6=toggle_mute" });
  const { id } = await server.addRoom("Reception", { extension: "893", keypad: "desk" });
  const page = await as("owner", "/settings/menus/desk");
  const called = page.getByLabel(menus["menus.name"], { exact: true });
  await called.fill("modern");
  await called.press("Enter");
  await expect(called).toHaveAttribute("aria-invalid", "true");
  await called.fill("reception");
  await called.press("Enter");
  await expect(page).toHaveURL(/\/settings\/menus\/reception$/);
  await expect(page.getByRole("link", { name: /893/ })).toBeVisible();
  await look(page, "menus-renamed");
  expect(await server.ask("GET", `/rooms/${id}`)).toMatchObject({ keypad: "reception" });
});

test("who may not change rooms reads profiles", async ({ as, server }) => {
  await server.ask("POST", "/profiles", { kind: "user", name: "read_only", text: "quiet=yes" });
  const page = await as("auditor", "/settings/profiles/user/read_only");
  await expect(page.getByLabel(profiles["profiles.text.user"], { exact: true })).toHaveAttribute("readonly", "");
  await expect(page.getByLabel(profiles["profiles.name"], { exact: true })).toHaveCount(0);
  await expect(page.getByRole("button", { name: profiles["profiles.new"] })).toHaveCount(0);
});
