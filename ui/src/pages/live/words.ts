/** What happens in a room, in words. */
import { count, list, t } from "../../i18n/index.svelte";
import { inWords } from "../../state/failure";
import { NAMED_MAX, type Entry, type ParticipantView, type Told, type Who } from "../../state/live";

/** Text from the wire: to be shown as text and never as anything else. */
export function nameOf(one: Pick<ParticipantView, "name" | "number">): string {
  return one.name?.trim() || numberOf(one.number);
}

export function numberOf(number: string): string {
  return number === "anonymous" ? t("live.anonymous") : number;
}

export function doorOf(door: ParticipantView["door"]): string {
  return t(`live.door.${door}`);
}

/** A moderator is a leader too, unless it is said. */
export function roleOf({ role, leader }: Pick<ParticipantView, "role" | "leader">): string {
  if (role === "moderator") return t(leader ? "live.role.both" : "live.role.moderator_alone");
  return t(leader ? "live.role.leader" : "live.role.member");
}

export function soundOf(codec: string | null): string | undefined {
  switch (codec?.toLowerCase()) {
    case "opus": return t("live.codec.full");
    case "g722": return t("live.codec.wide");
    case "pcma":
    case "pcmu": return t("live.codec.narrow");
    default: return codec ?? undefined;
  }
}

export function sentenceOf(entry: Entry): string {
  const what = worded(entry, entry.others, entry.more);
  return entry.by === undefined ? what : t("live.by", { what, who: inWords(entry.by.name) });
}

/** Of everybody, `others` are those whose names are worth a place. */
function worded(entry: Entry, others: readonly Who[], more: number): string {
  if (entry.who === undefined) return t(`live.told.${entry.told}`, { who: "", detail: entry.detail ?? "" });
  const detail = entry.detail || numberOf(entry.who.number);
  const names = [entry.who, ...others].map(nameOf);
  const unnamed = more - others.length;
  const who = list(unnamed > 0 ? [...names, count("live.more", unnamed)] : names);
  if (more === 0) return t(`live.told.${entry.told}`, { who, detail });
  switch (entry.told) {
    case "joined":
    case "left":
    case "muted":
    case "unmuted":
    case "waiting": return t(`live.told_many.${entry.told}`, { who });
    default: return t(`live.told.${entry.told}`, { who, detail });
  }
}

/** What is worth hearing for those who listen to the page, each kind in one sentence. */
export function summary(entries: readonly Entry[]): string[] {
  const kinds = new Map<Told, Entry[]>();
  for (const entry of entries) {
    kinds.set(entry.told, [...(kinds.get(entry.told) ?? []), entry]);
  }
  return [...kinds.values()].map((all) => {
    const first = all[0] as Entry;
    const more = all.reduce((sum, entry) => sum + entry.more + 1, -1);
    const rest = all.slice(1).flatMap(({ who, others }) => (who ? [who, ...others] : []));
    return worded(first, [...first.others, ...rest].slice(0, NAMED_MAX), more);
  });
}
