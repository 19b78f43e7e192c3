import { expect, test } from "vitest";
import { merged } from "./delivery_merge";

const at = (...ids: string[]) => ids.map((id) => ({ id, state: "old" }));
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).join("");

test("what is new comes first, and what is known is renewed", () => {
  const list = merged(at("d", "c", "b", "a"), [{ id: "e", state: "new" }, { id: "d", state: "new" }], false);
  expect(ids(list)).toBe("edcba");
  expect(list[1]?.state).toBe("new");
});

test("nothing is shown across a hole", () => {
  expect(ids(merged(at("b", "a"), at("f", "e"), false))).toBe("fe");
});

test("what was forgotten by the server goes when it sends everything", () => {
  expect(ids(merged(at("b", "a"), at("c", "b"), true))).toBe("cb");
});
