/** What is done with recordings, and how they are put into words; shows nothing. */
import { api, ask, type Schema } from "../api/client";
import { moment, number, t } from "../i18n/index.svelte";
import { attempt } from "./failure";
import { notices } from "./notice.svelte";

export type Recording = Schema["RecordingView"];
export type Lane = Schema["SpeakerLane"];

export function mediaOf(recording: Recording): string {
  return `/api/v1/recordings/${encodeURIComponent(recording.id)}/media`;
}

export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${number(bytes / 1_000)} kB`;
  return `${number(bytes / 1_000_000, 1)} MB`;
}

/** The room and when, in words. */
export function nameOf(recording: Recording): string {
  return `${recording.room_title}, ${moment(recording.started_at)}`;
}

/** Deletes it for good. True when it is gone. */
export async function remove(recording: Recording): Promise<boolean> {
  const params = { path: { recording: recording.id } };
  const gone = await attempt(ask(api.DELETE("/api/v1/recordings/{recording}", { params })));
  if (gone) notices.done(t("recordings.deleted", { what: nameOf(recording) }));
  return gone;
}
