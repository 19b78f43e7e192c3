import { expect, test } from "vitest";
import { fits, found, type Place } from "./find";

const place = (kind: Place["kind"], title: string, beside = ""): Place =>
  ({ kind, title, beside, href: `/${title}` });

test("every word typed begins a word, in any order and case", () => {
  expect(fits("rev wee", "Weekly Review")).toBe(true);
  expect(fits("view", "Weekly Review")).toBe(false);
  expect(fits("müll", "Herr Müller")).toBe(true);
});

test("a part of a number is enough", () => {
  expect(fits("171", "+49 171 555477")).toBe(true);
  expect(fits("5477", "+49 171 555477")).toBe(true);
});

test("signs are no words, and nothing typed finds nothing", () => {
  const rooms = [place("room", "<b>Board</b>")];
  expect(found("board", rooms)).toHaveLength(1);
  expect(found(" / ", rooms)).toEqual([]);
  expect(found("", rooms)).toEqual([]);
});

test("who is there now comes first, and a title that begins so before one that has it inside", () => {
  const names = found("an", [
    place("page", "Ansagen"), place("room", "Plan Anna"), place("room", "Anna"), place("person", "Anna Roth"),
  ]).map(({ kind, title }) => `${kind} ${title}`);
  expect(names).toEqual(["person Anna Roth", "room Anna", "room Plan Anna", "page Ansagen"]);
});

test("a few of each kind, and the call log always", () => {
  const rooms = Array.from({ length: 30 }, (_, n) => place("room", `Room ${n}`));
  const all = found("room", [...rooms, place("calls", "Calls of …")]);
  expect(all.filter(({ kind }) => kind === "room")).toHaveLength(6);
  expect(all.at(-1)?.kind).toBe("calls");
});
