import { expect, test } from "vitest";
import { after, rfc3339 } from "./meeting";

test("a local time gets the offset of its day", () => {
  const text = rfc3339("2026-11-24T10:00") ?? "";
  expect(text).toMatch(/^2026-11-24T10:00:00[+-]\d\d:\d\d$/);
  expect(new Date(text).getTime()).toBe(new Date("2026-11-24T10:00").getTime());
  expect(rfc3339("")).toBeUndefined();
  expect(rfc3339("soon")).toBeUndefined();
});

test("the end comes so many minutes later", () => {
  const end = new Date(after("2026-11-24T23:45", 30) ?? "").getTime();
  expect(end - new Date("2026-11-24T23:45").getTime()).toBe(30 * 60_000);
  expect(after("2026-11-24T10:00", 0)).toBeUndefined();
});
