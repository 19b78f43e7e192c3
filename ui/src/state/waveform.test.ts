/** Rules of the recordings page. */
import { describe, expect, it } from "vitest";
import type { Recording } from "./recordings";
import { fits, moved, outline, spoken_ms } from "./waveform";

const RECORDING: Recording = {
  id: "rc_1", room: "rm_1", room_title: "Standup", extension: "801", state: "ready",
  started_at: "2026-11-05T09:30:00.000Z", ended_at: null, expires_at: null,
  duration_ms: 1, bytes: 1, participants: 2, by: "anna", file_name: "board-1767225600.opus",
};

describe("a recording", () => {
  it("is found by part of the title or the file name and by the beginning of the extension", () => {
    for (const query of ["", " stand", "80", "Board"]) expect(fits(RECORDING, query)).toBe(true);
    for (const query of ["01", "sitting"]) expect(fits(RECORDING, query)).toBe(false);
  });

  it("is drawn around its middle, and as nothing when it has no peaks", () => {
    expect(outline([])).toBe("");
    expect(outline([0, 255])).toBe("M0 1.000L1 0.000L1 2.000L0 1.000Z");
  });

  it("says how long somebody spoke", () => {
    const lane = { participant: "pa_1", name: null, number: "1", spans: [[0, 500], [1_000, 1_250]] };
    expect(spoken_ms(lane as never)).toBe(750);
  });

  it("is moved through by keys, never beyond its ends", () => {
    expect(moved("ArrowRight", 10, 60)).toBe(15);
    expect(moved("PageDown", 10, 60)).toBe(0);
    expect(moved("End", 10, 60)).toBe(60);
    expect(moved("x", 10, 60)).toBeUndefined();
  });
});
