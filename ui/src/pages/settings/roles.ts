/** Which roles there are and who manages whom; the server decides, this only hides what it refuses. */
import type { Schema } from "../../api/client";

export type Role = Schema["RoleName"];

/** From the most to the least. */
export const ROLES: readonly Role[] = ["owner", "admin", "room-manager", "moderator", "auditor"];

export function manages(mine: Role, other: Role): boolean {
  if (mine === "owner") return true;
  return mine === "admin" && other !== "owner";
}

/** The roles to choose from for a user who has this one. */
export function rolesOf(mine: Role, current: Role): readonly Role[] {
  return ROLES.filter((role) => role === current || manages(mine, role));
}
