import { expect, test } from "vitest";
import { moved } from "./order";

test("one goes to its new place and the others keep theirs", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], 1, 1)).toEqual(["a", "b", "c"]);
});

test("nothing leaves the list", () => {
  expect(moved(["a", "b"], 0, 9)).toEqual(["b", "a"]);
  expect(moved(["a", "b"], 1, -1)).toEqual(["b", "a"]);
  expect(moved(["a"], 5, 0)).toEqual(["a"]);
});
