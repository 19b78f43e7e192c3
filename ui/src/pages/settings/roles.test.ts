import { expect, test } from "vitest";
import { manages, ROLES, rolesOf } from "./roles";

test("an owner manages everybody, an admin everybody but owners, others nobody", () => {
  expect(ROLES.filter((role) => manages("owner", role))).toEqual(ROLES);
  expect(ROLES.filter((role) => manages("admin", role))).toEqual(ROLES.slice(1));
  for (const role of ROLES.slice(2)) expect(manages(role, "auditor")).toBe(false);
});

test("an admin cannot choose the owner's role, but sees it where it is", () => {
  expect(rolesOf("admin", "moderator")).not.toContain("owner");
  expect(rolesOf("admin", "owner")).toContain("owner");
});
