/** The types of event a webhook can be told of, in groups; the server refuses any other. */

export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  room: ["room.created", "room.updated", "room.deleted", "room.pin_changed"],
  session: ["session.started", "session.ended", "session.locked", "session.unlocked"],
  participant: [
    "participant.joined", "participant.left", "participant.removed", "participant.muted",
    "participant.unmuted", "participant.speaking_started", "participant.speaking_stopped",
    "participant.held", "participant.resumed", "participant.renamed",
  ],
  call: ["call.started", "call.ended", "pin.failed"],
  webhook: ["webhook.disabled"],
};

/** What a new webhook is told unless somebody chooses otherwise. */
export const USUAL: readonly string[] = [
  "session.started", "session.ended", "participant.joined", "participant.left",
];

/** The groups, with what a newer server has chosen already in a group of its own. */
export function groupsWith(chosen: readonly string[]): [string, readonly string[]][] {
  const known = Object.values(GROUPS).flat();
  const others = chosen.filter((type) => !known.includes(type));
  const groups: [string, readonly string[]][] = Object.entries(GROUPS);
  return others.length > 0 ? [...groups, ["…", others]] : groups;
}

/** Puts a type in or takes it out; the order is that of the groups. */
export function toggled(chosen: readonly string[], type: string, on: boolean): string[] {
  const all = groupsWith([...chosen, type]).flatMap(([, types]) => types);
  return all.filter((one) => (one === type ? on : chosen.includes(one)));
}
