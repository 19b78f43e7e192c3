import { expect, test } from "vitest";
import { stretches, widths, type Step } from "./phases";

const steps = (...moments: [number, string][]): Step[] =>
  moments.map(([after_ms, what]) => ({ after_ms, what, time: "", sentence: "" }));

test("a call goes through its phases in order", () => {
  const found = stretches(
    steps([0, "rang"], [200, "answered"], [300, "pin_asked"], [4000, "pin_wrong"],
      [8000, "pin_right"], [8000, "joined"], [60_000, "left"], [60_000, "ended"]),
  );
  expect(found.map((one) => [one.phase, one.to_ms - one.from_ms])).toEqual([
    ["ringing", 200], ["greeting", 100], ["pin", 7700], ["room", 52_000],
  ]);
});

test("hold goes back to where it was", () => {
  const found = stretches(
    steps([0, "rang"], [1, "joined"], [10, "held"], [20, "resumed"], [30, "left"], [40, "ended"]),
  );
  expect(found.map((one) => one.phase)).toEqual(["ringing", "room", "held", "room", "goodbye"]);
});

test("an echo test is a stretch, and who came from a room is back in it", () => {
  const found = stretches(
    steps([0, "rang"], [5, "joined"], [10, "echo_tested"], [20, "came_back"], [30, "left"], [30, "ended"]),
  );
  expect(found.map((one) => one.phase)).toEqual(["ringing", "room", "echo", "room"]);
});

test("a call without any time has no stretches", () => {
  expect(stretches(steps([0, "rang"], [0, "ended"]))).toEqual([]);
  expect(widths([])).toEqual([]);
});

test("short stretches stay visible and all together fill the bar", () => {
  const all = stretches(steps([0, "rang"], [10, "joined"], [100_000, "ended"]));
  const drawn = widths(all);
  expect(drawn[0]).toBeGreaterThan(2);
  expect(drawn.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100);
});
