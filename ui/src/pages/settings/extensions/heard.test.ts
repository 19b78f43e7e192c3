import { expect, test } from "vitest";
import { choiceOf, ECHO, inputOf, withChosen } from "./heard";

test("a choice is what is sent and what is shown again", () => {
  for (const body of [{ service: "echo" as const }, { service: "sound" as const, sound: "acme" }]) {
    expect(inputOf(choiceOf({ sound: null, ...body }))).toEqual(body);
  }
  expect(choiceOf({ service: "echo", sound: null })).toBe(ECHO);
});

test("a sound that is gone can still be seen as the one that is chosen", () => {
  expect(withChosen(["a"], ["beep"], "gone")).toEqual(["a", "gone"]);
  for (const chosen of ["a", "beep", ECHO]) expect(withChosen(["a"], ["beep"], chosen)).toEqual(["a"]);
});
