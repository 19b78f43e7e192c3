/** How a call went, in the reader's words, from the server's codes. */
import type { Schema } from "../../api/client";
import { en } from "../../i18n/calls";
import { number, t, type Key } from "../../i18n/index.svelte";

export type Call = Schema["CallView"];
export type Details = Schema["CallDetails"];

/** Codes that this console does not know yet are shown as they are. */
function known(prefix: "calls.end" | "calls.sound" | "calls.step", code: string): string {
  const key = `${prefix}.${code}`;
  return key in en ? t(key as Key) : code;
}

export const endInWords = (code: string): string => known("calls.end", code);
export const soundInWords = (code: string): string => known("calls.sound", code);
export const stepInWords = (code: string): string => known("calls.step", code);

/** The verdict in sentences, the outcome first. */
export function verdictInWords(call: Call): string[] {
  const { outcome, entered_after_seconds: after } = call.verdict;
  const said: string[] = [];
  if (outcome === "joined" || outcome === "echo_tested" || outcome === "sound_played") {
    said.push(t(`calls.said.${outcome}`, { seconds: number(after ?? 0, 1) }));
    if (call.end !== "hung_up") said.push(endInWords(call.end));
  } else {
    said.push(endInWords(outcome));
  }
  const { from_caller: from, to_caller: to } = call.quality;
  if (from.sound !== "unknown") {
    said.push(t("calls.said.from_caller", { sound: soundInWords(from.sound) }));
  }
  if (to.sound !== "unknown") {
    said.push(t("calls.said.to_caller", { sound: soundInWords(to.sound) }));
  }
  return said;
}

/** Who called, as far as it is known. */
export function callerInWords(call: Call): string {
  const number_ = call.from_number || t("calls.nobody");
  return call.from_name ? `${call.from_name} (${number_})` : number_;
}

/** Where the call went. */
export function roomInWords(call: Call): string {
  return call.room_title ?? t("calls.no_room", { dialled: call.dialled });
}
