/** The stretches of a call between its moments, for the bar of its page. */
import type { Schema } from "../../api/client";

export type Step = Schema["StepView"];
export const PHASES = ["ringing", "greeting", "pin", "name", "room", "echo", "sound", "held", "goodbye"] as const;
export type Phase = (typeof PHASES)[number];

export interface Stretch {
  readonly phase: Phase;
  readonly from_ms: number;
  readonly to_ms: number;
}

/** What begins with each moment; others change nothing. */
const BEGINS: Readonly<Record<string, Phase>> = {
  rang: "ringing",
  answered: "greeting",
  pin_asked: "pin",
  pin_right: "greeting",
  name_asked: "name",
  name_given: "greeting",
  name_missing: "greeting",
  joined: "room",
  echo_tested: "echo",
  sound_played: "sound",
  came_back: "room",
  held: "held",
  left: "goodbye",
};

/** Stretches in order, without those that took no time. */
export function stretches(steps: readonly Step[]): Stretch[] {
  const found: Stretch[] = [];
  let phase: Phase = "ringing";
  let before: Phase = "ringing";
  let from_ms = 0;
  const end = (to_ms: number) => {
    if (to_ms <= from_ms) return;
    const last = found.at(-1);
    if (last?.phase === phase) found[found.length - 1] = { ...last, to_ms };
    else found.push({ phase, from_ms, to_ms });
    from_ms = to_ms;
  };
  for (const step of steps) {
    const next: Phase | undefined = step.what === "resumed" ? before : BEGINS[step.what];
    if (next === undefined && step.what !== "ended") continue;
    end(step.after_ms);
    if (next === undefined) continue;
    if (next === "held" && phase !== "held") before = phase;
    phase = next;
  }
  return found;
}

/**
 * How wide each stretch is drawn, in percent: in proportion, but never too narrow to be seen.
 */
export function widths(all: readonly Stretch[], least = 3): number[] {
  const lengths = all.map((one) => one.to_ms - one.from_ms);
  const whole = lengths.reduce((sum, length) => sum + length, 0) || 1;
  const raised = lengths.map((length) => Math.max(least, (length / whole) * 100));
  const sum = raised.reduce((total, width) => total + width, 0) || 1;
  return raised.map((width) => (width / sum) * 100);
}
