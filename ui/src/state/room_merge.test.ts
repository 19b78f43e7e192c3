import { expect, test } from "vitest";
import { merge, type Draft } from "./room_merge";

const kept: Draft = {
  title: "Standup", extension: "801", message: true, music: "default",
  language: "auto", options: "", user_options: "", keypad: "modern", moderator_keypad: "modern",
};

test("what somebody else changed is taken over and told", () => {
  const { draft, theirs } = merge(kept, { ...kept }, { ...kept, title: "Daily" });
  expect(draft.title).toBe("Daily");
  expect(theirs).toEqual([{ field: "title", now: "Daily", clash: false }]);
});

test("what was typed here stays, and is a clash only in the same field", () => {
  const typed = { ...kept, title: "Stand-up" };
  const other = merge(kept, typed, { ...kept, music: null });
  expect(other.draft).toEqual({ ...typed, music: null });
  expect(other.theirs).toEqual([{ field: "music", now: null, clash: false }]);
  const same = merge(kept, typed, { ...kept, title: "Daily" });
  expect(same.draft.title).toBe("Stand-up");
  expect(same.theirs).toEqual([{ field: "title", now: "Daily", clash: true }]);
});

test("two who typed the same have nothing to decide", () => {
  const typed = { ...kept, title: "Daily" };
  expect(merge(kept, typed, { ...kept, title: "Daily" })).toEqual({ draft: typed, theirs: [] });
});
