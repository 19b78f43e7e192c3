/** Which fates of a line are mistakes, and the sign of each. */
import type { Schema } from "../api/client";

type Line = Schema["OptionLineView"];

const BAD: Partial<Record<Line["status"], true>> = { unknown: true, wrong: true, refused: true };

export const SIGNS: Record<Line["status"], string> = {
  "in-effect": "✓", kept: "…", "no-effect": "ⓘ", conflict: "⚠", "said-again": "↓",
  unknown: "✗", wrong: "✗", refused: "✗",
};

export function isBad(line: Line): boolean {
  return line.status in BAD;
}
