/** How recordings are found, drawn and moved through; asks nobody. */
import type { Lane, Recording } from "./recordings";

/** Whether a recording is one of the rooms that were searched for. */
export function fits(recording: Recording, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return (
    wanted === "" ||
    recording.room_title.toLowerCase().includes(wanted) ||
    recording.file_name.toLowerCase().includes(wanted) ||
    recording.extension.startsWith(wanted)
  );
}

/** Everything in one path of an SVG that is `peaks.length` wide and 2 high, around its middle. */
export function outline(peaks: readonly number[]): string {
  const top = peaks.map((peak, x) => `${x} ${(1 - peak / 255).toFixed(3)}`);
  const bottom = peaks.map((peak, x) => `${x} ${(1 + peak / 255).toFixed(3)}`).reverse();
  return peaks.length === 0 ? "" : `M${[...top, ...bottom].join("L")}Z`;
}

/** How long somebody speaks. */
export function spoken_ms(lane: Lane): number {
  return lane.spans.reduce((sum, [from, to]) => sum + ((to ?? 0) - (from ?? 0)), 0);
}

/** Where a key moves to, in seconds; undefined when it is no such key. */
export function moved(key: string, at: number, length: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -60, PageUp: 60,
  };
  if (key === "Home") return 0;
  if (key === "End") return length;
  const step = steps[key];
  return step === undefined ? undefined : Math.min(length, Math.max(0, at + step));
}
