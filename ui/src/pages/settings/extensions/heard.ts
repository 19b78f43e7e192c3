/** What may be heard under a number, as one choice of a list. */
import type { Schema } from "../../../api/client";

export type Extension = Schema["ExtensionView"];
type Input = Schema["ExtensionInput"];

/** The echo test's choice: no sound is called so, as names have no colon. */
export const ECHO = ":echo";

export function choiceOf(extension: Pick<Extension, "service" | "sound">): string {
  return extension.service === "echo" ? ECHO : (extension.sound ?? "");
}

export function inputOf(choice: string): Input {
  return choice === ECHO ? { service: "echo" } : { service: "sound", sound: choice };
}

/** A sound that is chosen and not there any more stays in the list. */
export function withChosen(own: readonly string[], ours: readonly string[], chosen: string): string[] {
  const is_known = chosen === ECHO || own.includes(chosen) || ours.includes(chosen);
  return is_known ? [...own] : [...own, chosen];
}
