import { expect, test } from "vitest";
import { USUAL, groupsWith, toggled } from "./webhook_types";

test("a type goes in and out, in the order of the groups", () => {
  const chosen = toggled(["session.ended"], "room.created", true);
  expect(chosen).toEqual(["room.created", "session.ended"]);
  expect(toggled(chosen, "session.ended", false)).toEqual(["room.created"]);
});

test("what only a newer server knows is not lost", () => {
  const chosen = toggled(["weather.changed", "room.painted"], "room.created", true);
  expect(chosen).toEqual(["room.created", "room.painted", "weather.changed"]);
  expect(groupsWith(chosen).at(-1)).toEqual(["weather", ["weather.changed"]]);
});

test("the usual types are among those that are offered", () => {
  const offered = groupsWith([]).flatMap(([, types]) => types);
  expect(USUAL.filter((type) => !offered.includes(type))).toEqual([]);
});
