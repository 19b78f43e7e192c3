import { expect, test } from "vitest";
import { GROUPS, USUAL, groupsWith, toggled } from "./webhook_types";

test("a type goes in and out, in the order of the groups", () => {
  const chosen = toggled(["session.ended"], "room.created", true);
  expect(chosen).toEqual(["room.created", "session.ended"]);
  expect(toggled(chosen, "session.ended", false)).toEqual(["room.created"]);
});

test("what only a newer server knows is not lost", () => {
  const chosen = toggled(["recording.ready"], "room.created", true);
  expect(chosen).toEqual(["room.created", "recording.ready"]);
  expect(groupsWith(chosen).at(-1)).toEqual(["…", ["recording.ready"]]);
});

test("the usual types are known ones", () => {
  const known = Object.values(GROUPS).flat();
  expect(USUAL.every((type) => known.includes(type))).toBe(true);
});
