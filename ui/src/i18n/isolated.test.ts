import { expect, test } from "vitest";
import { isolated } from "./isolated";

test("a name that turns the writing round is kept to itself, and others are as they are", () => {
  expect(isolated("Anna")).toBe("Anna");
  expect(isolated("\u202egnp.exe")).toBe("\u2068\u202egnp.exe\u2069");
  expect(isolated("שלום")).toBe("\u2068שלום\u2069");
  expect(isolated("\u2067open")).toBe("\u2068\u2067open\u2069\u2069");
});
