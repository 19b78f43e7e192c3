import { expect, test } from "vitest";
import { commandOf } from "./keys";

const press = (key: string, shiftKey = false) =>
  ({ key, shiftKey, ctrlKey: false, metaKey: false, altKey: false });

test("single keys ask for what the help says", () => {
  expect(commandOf(press("m"), false)).toBe("mute");
  expect(commandOf(press("M", true), false)).toBe("mute_all");
  expect(commandOf(press("L", true), false)).toBe("lock");
  expect(commandOf(press("l"), false)).toBeUndefined();
  expect(commandOf(press("ArrowUp"), false)).toBe("up");
  expect(commandOf(press("?", true), false)).toBe("help");
});

test("Caps Lock does not mute everybody", () => {
  expect(commandOf(press("M", false), false)).toBe("mute");
  expect(commandOf(press("m", true), false)).toBe("mute_all");
});

test("nothing is done while typing, or with a modifier", () => {
  expect(commandOf(press("k"), true)).toBeUndefined();
  expect(commandOf({ ...press("k"), ctrlKey: true }, false)).toBeUndefined();
  expect(commandOf({ ...press("k"), metaKey: true }, false)).toBeUndefined();
});

test("names of objects are no keys", () => {
  expect(commandOf(press("constructor"), false)).toBeUndefined();
});
