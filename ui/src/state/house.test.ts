import { describe, expect, test } from "vitest";
import { findings } from "./attention";
import { hear, open, type House } from "./house";
import { quietSince, speaking, type LiveEvent, type ParticipantView } from "./live";

const T0 = Date.parse("2026-11-05T09:30:00.000Z");
const at = (seconds: number) => new Date(T0 + seconds * 1_000).toISOString();
const REF = { room: "rm_1", extension: "801", title: "Standup" };

function person(n: number, more: Partial<ParticipantView> = {}): ParticipantView {
  return {
    id: `pa_${n}`, call: `ca_${n}`, name: `Person ${n}`, number: String(200 + n),
    door: "phone", transport: "udp", role: "member", leader: false, joined_at: at(0), muted: false, muted_by: null, talking: false,
    talk_seconds: 0, hand_raised_at: null, volume_db: 0, held: false, away: false, video: null, codec: null, encryption: null, quality: null,
    ...more,
  };
}

function house(...people: ParticipantView[]): House {
  const room = { ...REF, started_at: at(0), locked: false, muted: false, recording: null, participants: people, waiting: [] };
  const items = people.length > 0 ? [room] : [];
  return open({ items, attention: [], participants: people.length, load: "normal" }, T0);
}

type About = Extract<LiveEvent, { data: { participant: ParticipantView } }>;
const about = (id: number, type: Exclude<About["type"], "participant.moved" | "participant.sent_away">, one: ParticipantView): LiveEvent =>
  ({ id, time: at(id), type, data: { ...REF, participant: one } });
const wrongPin = (id: number, from_number: string): LiveEvent =>
  ({ id, time: at(id), type: "pin.failed", data: { ...REF, call: "ca", from_number, tries_left: 1 } });

describe("rooms at a glance", () => {
  test("a room appears with its first participant and goes with its last", () => {
    const one = hear(house(), [about(1, "participant.joined", person(1))]);
    expect(one.rooms.get("rm_1")).toMatchObject({ title: "Standup", started_at: at(1) });
    expect(hear(one, [about(2, "participant.left", person(1))]).rooms.size).toBe(0);
  });

  test("speech comes and goes, and silence has a beginning", () => {
    const talks = hear(house(person(1), person(2)), [
      about(1, "participant.speaking_started", person(1, { talking: true })),
    ]);
    expect([...talks.rooms.values()].flatMap(speaking).map((row) => row.view.id)).toEqual(["pa_1"]);
    const silent = hear(talks, [about(5, "participant.speaking_stopped", person(1))]);
    expect([...silent.rooms.values()].map(quietSince)).toEqual([T0 + 5_000]);
  });

  test("events that come twice count once", () => {
    const events = [about(7, "participant.joined", person(2)), wrongPin(8, "0171")];
    const twice = hear(hear(house(person(1)), events), events);
    expect([twice.rooms.get("rm_1")?.rows.size, twice.pins.length]).toEqual([2, 1]);
  });

  test("a wrong PIN alone opens no room", () => {
    expect(hear(house(), [wrongPin(1, "0171")]).rooms.size).toBe(0);
  });
});

describe("what to look at", () => {
  test("a recording that was cut short is looked at for a day", () => {
    const recording = {
      id: "rc_1", room: "rm_1", room_title: "Standup", extension: "801", state: "failed",
      started_at: at(0), ended_at: at(60), duration_ms: 60_000, bytes: 1, participants: 2, by: "Anna", file_name: "standup.opus",
      expires_at: null,
    };
    expect(findings(house(), T0 + 70_000, [recording]).map(({ kind }) => kind)).toEqual(["recording"]);
    expect(findings(house(), T0 + 90_000_000, [recording])).toEqual([]);
  });

  test("wrong PINs are counted for each room, and forgotten after ten minutes", () => {
    const seen = hear(house(person(1), person(2)), [wrongPin(1, "0171"), wrongPin(2, "0172")]);
    const [found] = findings(seen, T0 + 60_000);
    expect(found).toMatchObject({ kind: "pins", count: 2, last: { from_number: "0172" } });
    expect(findings(seen, T0 + 700_000)).toEqual([]);
  });

  test("somebody alone is mentioned after five minutes", () => {
    expect(findings(house(person(1)), T0 + 60_000)).toEqual([]);
    expect(findings(house(person(1)), T0 + 400_000)[0]?.kind).toBe("alone");
  });

  test("what the server says stands first", () => {
    const said = { kind: "poor_line", room: REF, who: null, sentence: "" } as const;
    const seen = { ...hear(house(person(1), person(2)), [wrongPin(1, "0171")]), attention: [said] };
    expect(findings(seen, T0).map(({ kind }) => kind)).toEqual(["poor_line", "pins"]);
  });
});
