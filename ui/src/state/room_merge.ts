/** Brings together what was typed, what was kept and what somebody else has changed; asks nobody. */
import type { Schema } from "../api/client";

type RoomView = Schema["RoomView"];
export const FIELDS = [
  "title", "extension", "message", "music", "language", "options", "user_options",
  "keypad", "moderator_keypad",
] as const;
export type RoomField = (typeof FIELDS)[number];
/** What stands in the form. */
export type Draft = Pick<RoomView, RoomField>;

/** A field that somebody else changed. */
export interface Theirs {
  readonly field: RoomField;
  readonly now: Draft[RoomField];
  /** Something else was typed here: whoever typed it decides. */
  readonly clash: boolean;
}

export function draftOf(room: RoomView): Draft {
  const { title, extension, message, music, language, options, user_options, keypad, moderator_keypad } = room;
  return { title, extension, message, music, language, options, user_options, keypad, moderator_keypad };
}

/** The form after the room was read anew: what was typed stays, the rest follows. */
export function merge(kept: Draft, draft: Draft, fresh: Draft): { draft: Draft; theirs: Theirs[] } {
  const merged: Record<string, unknown> = { ...draft };
  const theirs: Theirs[] = [];
  for (const field of FIELDS) {
    if (fresh[field] === kept[field]) continue;
    const typed = draft[field] !== kept[field];
    if (!typed) merged[field] = fresh[field];
    if (draft[field] === fresh[field]) continue;
    theirs.push({ field, now: fresh[field], clash: typed });
  }
  return { draft: merged as unknown as Draft, theirs };
}
