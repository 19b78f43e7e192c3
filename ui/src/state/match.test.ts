import { expect, test } from "vitest";
import { match } from "./match";

test("a pattern takes its own addresses and no others", () => {
  expect(match("/", "/")).toEqual({});
  expect(match("/rooms", "/")).toBeUndefined();
  expect(match("/rooms/:room", "/rooms/801/")).toEqual({ room: "801" });
  expect(match("/rooms/:room", "/rooms/801/live")).toBeUndefined();
  expect(match("/rooms/:room/live", "/rooms/K%C3%BCche/live")).toEqual({ room: "Küche" });
});

test("an address that is no text is no page", () => {
  expect(match("/rooms/:room", "/rooms/%E0%A4%A")).toBeUndefined();
});
