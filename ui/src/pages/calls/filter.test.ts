import { expect, test } from "vitest";
import { addressOf, filterOf, queryOf } from "./filter";

test("the address keeps the filters", () => {
  const address = "/calls?number=%2B49&room=801&from=2026-11-05&to=2026-11-06&problem=true";
  const filter = filterOf(new URL(address, "http://x").searchParams);
  expect(addressOf(filter)).toBe(address);
  expect(addressOf(filterOf(new URLSearchParams("")))).toBe("/calls");
});

test("the last day belongs to what is asked for", () => {
  const filter = filterOf(new URLSearchParams("from=2026-11-05&to=2026-11-05"));
  const { from = "", to = "" } = queryOf(filter);
  expect(Date.parse(to) - Date.parse(from)).toBe(24 * 60 * 60 * 1000);
});

test("what is no day is no filter", () => {
  const filter = filterOf(new URLSearchParams("from=yesterday&to=2026-1-1"));
  expect(queryOf(filter)).toEqual({});
});
