/** The types of event a webhook can be told of, in groups; the server refuses any other. */
import type { EventType } from "./stream.svelte";

const TYPES = [
  "room.created",
  "room.updated",
  "room.deleted",
  "room.pin_changed",
  "extension.updated",
  "extension.deleted",
  "phone.registered",
  "phone.unregistered",
  "phone.updated",
  "phone.deleted",
  "trunk.up",
  "trunk.down",
  "trunk.updated",
  "trunk.deleted",
  "session.started",
  "session.ended",
  "session.locked",
  "session.unlocked",
  "session.muted",
  "session.unmuted",
  "participant.joined",
  "participant.left",
  "participant.removed",
  "participant.sent_away",
  "participant.muted",
  "participant.unmuted",
  "participant.speaking_started",
  "participant.speaking_stopped",
  "participant.held",
  "participant.resumed",
  "participant.away",
  "participant.back",
  "participant.renamed",
  "participant.role_changed",
  "participant.hand_raised",
  "participant.hand_lowered",
  "participant.volume_changed",
  "participant.video_changed",
  "participant.quality_changed",
  "participant.moved",
  "participant.waiting",
  "participant.waiting_ended",
  "message.received",
  "recording.started",
  "recording.stopped",
  "recording.ready",
  "recording.failed",
  "recording.deleted",
  "recording.command_finished",
  "call.started",
  "call.ended",
  "pin.failed",
  "webhook.disabled",
  "system.backup_done",
] as const satisfies readonly EventType[];

/** Does not compile while a type of the API is missing above; a gap is one of the stream alone. */
const COMPLETE: Exclude<EventType, (typeof TYPES)[number] | "gap"> extends never ? true : false = true;

/** What a new webhook is told unless somebody chooses otherwise. */
export const USUAL: readonly EventType[] = [
  "session.started", "session.ended", "participant.joined", "participant.left",
];

/** Types by what they begin with; also what only a newer server knows, if it is chosen. */
export function groupsWith(chosen: readonly string[]): [string, readonly string[]][] {
  const known: readonly string[] = COMPLETE ? TYPES : [];
  const groups = new Map<string, string[]>();
  for (const type of [...known, ...chosen.filter((one) => !known.includes(one))]) {
    const group = type.slice(0, type.indexOf("."));
    groups.set(group, [...(groups.get(group) ?? []), type]);
  }
  return [...groups];
}

/** Puts a type in or takes it out; the order is that of the groups. */
export function toggled(chosen: readonly string[], type: string, on: boolean): string[] {
  const all = groupsWith([...chosen, type]).flatMap(([, types]) => types);
  return all.filter((one) => (one === type ? on : chosen.includes(one)));
}
