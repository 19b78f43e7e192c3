import { expect, test } from "vitest";
import { arrange, inView, step } from "./arrange";

test("a list that is not pointed at is as wanted", () => {
  expect(arrange(["b", "c"], ["a", "b"], false)).toEqual(["b", "c"]);
});

test("the same list stays the same object", () => {
  const shown = ["a", "b"];
  expect(arrange(["a", "b"], shown, false)).toBe(shown);
  expect(arrange(["a", "b"], shown, true)).toBe(shown);
});

test("while it is pointed at nothing moves or goes, and what is new comes last", () => {
  expect(arrange(["n", "c", "a"], ["a", "b", "c"], true)).toEqual(["a", "b", "c", "n"]);
});

test("only rows in view and a few more are drawn, also at both ends", () => {
  expect(inView(500, 48, 0, 480)).toEqual({ first: 0, last: 26 });
  const middle = inView(500, 48, 4_800, 480);
  expect([middle.first, middle.last]).toEqual([92, 118]);
  expect(inView(500, 48, 24_000, 480).last).toBe(500);
  expect(inView(3, 48, 9_999, 480)).toEqual({ first: 0, last: 3 });
  expect(inView(0, 0, 0, 0)).toEqual({ first: 0, last: 0 });
});

test("a step stays in the list and begins at its ends", () => {
  expect([step(-1, 1, 5), step(-1, -1, 5), step(4, 1, 5), step(0, -1, 5), step(2, 1, 5)])
    .toEqual([0, 4, 4, 0, 3]);
});
