import { describe, expect, test } from "vitest";
import {
  begin, inOrder, shares, speaking, type Live, type LiveEvent, type LiveView,
  type ParticipantView, type WaitingView,
} from "./live";
import { after, LOG_MAX, recall } from "./live_draft";

const T0 = Date.parse("2026-11-05T09:30:00.000Z");
const at = (seconds: number) => new Date(T0 + seconds * 1_000).toISOString();
const REF = { room: "rm_1", extension: "801", title: "Standup" };

function person(n: number, more: Partial<ParticipantView> = {}): ParticipantView {
  return {
    id: `pa_${n}`, call: `ca_${n}`, name: `Person ${n}`, number: String(200 + n),
    door: "phone", transport: "udp", role: "member", leader: false, joined_at: at(0), muted: false, muted_by: null, talking: false,
    talk_seconds: 0, hand_raised_at: null, volume_db: 0, held: false, away: false, video: null, codec: "PCMA", encryption: null, quality: null,
    ...more,
  };
}

function waiter(n: number, more: Partial<WaitingView> = {}): WaitingView {
  return {
    id: `pa_${n}`, call: `ca_${n}`, name: null, number: String(200 + n), door: "phone",
    since: at(0), step: "pin", pins_wrong: 0, ...more,
  };
}

function view(count: number, more: Partial<LiveView> = {}): LiveView {
  const participants = Array.from({ length: count }, (_, n) => person(n));
  return { ...REF, started_at: at(0), locked: false, muted: false, recording: null, participants, waiting: [], ...more };
}

type About = Extract<LiveEvent, { data: { participant: ParticipantView } }>;
type Type = Exclude<About["type"], "participant.moved" | "participant.sent_away">;

function about(id: number, type: Type, participant: ParticipantView, seconds = id): LiveEvent {
  return { id, time: at(seconds), type, data: { ...REF, participant } };
}

function session(id: number, type: "session.started" | "session.ended" | "session.locked" | "session.unlocked"): LiveEvent {
  return { id, time: at(id), type, data: REF };
}

const ids = (live: Live) => [...live.rows.keys()];
const told = (live: Live) => live.log.map((entry) => entry.told);
const start = (count: number) => begin(view(count), T0);

describe("who is there", () => {
  test("those who join stand at the end, those who leave are gone", () => {
    const live = after(start(2), [
      about(1, "participant.joined", person(7)),
      about(2, "participant.left", person(0)),
    ]);
    expect(ids(live)).toEqual(["pa_1", "pa_7"]);
    expect(live.gone.has("pa_0")).toBe(true);
    expect(told(live)).toEqual(["joined", "left"]);
  });

  test("the first one opens an empty room and the last one ends it", () => {
    const empty = begin(view(0, { started_at: null }), T0);
    expect(empty.started_at).toBeUndefined();
    const open = after(empty, [session(1, "session.started"), about(2, "participant.joined", person(1))]);
    expect(open.started_at).toBe(at(1));
    const ended = after(open, [about(3, "participant.left", person(1)), session(4, "session.ended")]);
    expect([ended.rows.size, ended.started_at, ended.locked]).toEqual([0, undefined, false]);
  });

  test("a recording runs from its start to its stop, however often that is said", () => {
    const told_by = (id: number, type: "recording.started" | "recording.stopped"): LiveEvent =>
      ({ id, time: at(id), type, by: { id: "us_1", name: "Ben" }, data: { ...REF, recording: "rc_1", by: "Anna" } });
    const runs = after(start(1), [told_by(2, "recording.started")]);
    expect(runs.recording).toEqual({ id: "rc_1", since: at(2) });
    const over = after(runs, [told_by(5, "recording.stopped"), told_by(2, "recording.started")]);
    expect(over.recording).toBeUndefined();
    expect(over.log.map(({ told, by }) => [told, by?.name])).toEqual([
      ["recording_started", "Ben"], ["recording_stopped", "Ben"],
    ]);
    const read = begin(view(1, { recording: { id: "rc_1", since: at(1), by: "Anna" } }), T0);
    expect(read.recording?.since).toBe(at(1));
  });

  test("whoever was removed is told once", () => {
    const live = after(start(1), [
      about(1, "participant.removed", person(0)),
      about(2, "participant.left", person(0)),
    ]);
    expect(told(live)).toEqual(["removed"]);
    expect(live.rows.size).toBe(0);
  });

  test("an event about somebody unknown makes them known", () => {
    const live = after(start(0), [about(1, "participant.muted", person(3, { muted: true }))]);
    expect(live.rows.get("pa_3")?.view.muted).toBe(true);
  });
});

describe("what they do", () => {
  test("mute, hold and names are taken over, and told with what was before", () => {
    const live = after(start(2), [
      about(1, "participant.muted", person(0, { muted: true })),
      about(2, "participant.held", person(1, { held: true })),
      about(3, "participant.renamed", person(0, { muted: true, name: "Anna" })),
    ]);
    expect(live.rows.get("pa_0")?.view).toMatchObject({ muted: true, name: "Anna" });
    expect(live.rows.get("pa_1")?.view.held).toBe(true);
    expect(live.log.at(-1)).toMatchObject({ told: "renamed", detail: "Person 0" });
  });

  test("a role is taken over, and told as it is now", () => {
    const live = after(start(1), [
      about(1, "participant.role_changed", person(0, { role: "moderator", leader: true })),
      about(2, "participant.role_changed", person(0, { leader: true })),
      about(3, "participant.role_changed", person(0, { role: "moderator" })),
      about(4, "participant.role_changed", person(0)),
    ]);
    expect(told(live)).toEqual(["is_both", "is_leader", "is_moderator", "is_neither"]);
    expect(live.rows.get("pa_0")?.view).toMatchObject({ role: "member", leader: false });
  });

  test("speech touches the speaker's row only, and is not told", () => {
    const before = start(3);
    const live = after(before, [about(1, "participant.speaking_started", person(1, { talking: true }))]);
    expect(live.log).toBe(before.log);
    expect(live.rows.get("pa_0")).toBe(before.rows.get("pa_0"));
    expect(live.rows.get("pa_2")).toBe(before.rows.get("pa_2"));
    expect(live.rows.get("pa_1")).not.toBe(before.rows.get("pa_1"));
    expect(before.rows.get("pa_1")?.view.talking).toBe(false);
    expect(speaking(live).map((row) => row.view.id)).toEqual(["pa_1"]);
  });

  test("talk time is the server's, and grows while somebody speaks", () => {
    const live = after(start(3), [
      about(1, "participant.speaking_started", person(1, { talking: true }), 10),
      about(2, "participant.speaking_stopped", person(1, { talk_seconds: 30 }), 40),
      about(3, "participant.speaking_started", person(2, { talking: true }), 40),
    ]);
    const [first, second] = shares(live, T0 + 50_000, 8);
    expect([first?.row.view.id, first?.ms, first?.part]).toEqual(["pa_1", 30_000, 0.75]);
    expect([second?.row.view.id, second?.ms, second?.part]).toEqual(["pa_2", 10_000, 0.25]);
  });

  test("something else about a speaker does not count the speech twice", () => {
    const live = after(start(1), [
      about(1, "participant.speaking_started", person(0, { talking: true }), 10),
      about(2, "participant.renamed", person(0, { talking: true, talk_seconds: 20, name: "Anna" }), 30),
    ]);
    expect(shares(live, T0 + 35_000, 8)[0]?.ms).toBe(25_000);
    expect(speaking(live)[0]?.since_ms).toBe(T0 + 10_000);
  });

  test("raised hands stand on top, the first raised first", () => {
    const live = after(start(4), [
      about(1, "participant.hand_raised", person(3, { hand_raised_at: at(1) })),
      about(2, "participant.hand_raised", person(1, { hand_raised_at: at(2) })),
    ]);
    expect(inOrder(live)).toEqual(["pa_3", "pa_1", "pa_0", "pa_2"]);
    const lowered = after(live, [about(3, "participant.hand_lowered", person(3))]);
    expect(inOrder(lowered)).toEqual(["pa_1", "pa_0", "pa_2", "pa_3"]);
  });

  test("whoever is moved has left, told once with where to", () => {
    const to = { room: "rm_2", extension: "802", title: "Board" };
    const live = after(start(1), [
      { id: 1, time: at(1), type: "participant.moved", data: { ...REF, participant: person(0), to } },
      about(2, "participant.left", person(0)),
    ]);
    expect([told(live), live.log[0]?.detail, live.rows.size]).toEqual([["moved"], "802 Board", 0]);
  });

  test("only a line that became poor is told", () => {
    const quality = { loss_in_percent: 9, loss_out_percent: null, jitter_ms: 30 };
    const live = after(start(1), [
      about(1, "participant.quality_changed", person(0, { quality: { ...quality, verdict: "fair" } })),
      about(2, "participant.quality_changed", person(0, { quality: { ...quality, verdict: "poor" } })),
    ]);
    expect(told(live)).toEqual(["poor_line"]);
    expect(live.rows.get("pa_0")?.view.quality?.verdict).toBe("poor");
  });

  test("wrong PINs are told with the number", () => {
    const data = { ...REF, call: "ca_9", from_number: "0171", tries_left: 2 };
    const live = after(start(0), [{ id: 1, time: at(1), type: "pin.failed", data }]);
    expect(live.log[0]).toMatchObject({ told: "pin_failed", detail: "0171" });
  });
});

describe("who waits", () => {
  const waits = (id: number, one: WaitingView): LiveEvent =>
    ({ id, time: at(id), type: "participant.waiting", data: { ...REF, waiting: one } });
  const ended = (id: number, one: WaitingView): LiveEvent => ({
    id, time: at(id), type: "participant.waiting_ended",
    data: { ...REF, waiting: one, outcome: "gone" },
  });

  test("is told once, whatever the steps, and is gone when let in", () => {
    const live = after(start(0), [waits(1, waiter(5)), waits(2, waiter(5, { step: "name" }))]);
    expect(told(live)).toEqual(["waiting"]);
    expect(live.waiting.get("pa_5")?.view.step).toBe("name");
    const inside = after(live, [about(3, "participant.joined", person(5))]);
    expect([inside.waiting.size, ids(inside)]).toEqual([0, ["pa_5"]]);
    expect(after(inside, [waits(2, waiter(5))])).toBe(inside);
  });

  test("a late step does not bring back who gave up", () => {
    const live = after(start(0), [waits(1, waiter(5)), ended(4, waiter(5)), waits(3, waiter(5))]);
    expect(live.waiting.size).toBe(0);
  });
});

describe("events that come twice or in the wrong order", () => {
  test("twice is once, and nothing is drawn anew", () => {
    const events = [
      about(1, "participant.joined", person(5)),
      about(2, "participant.muted", person(5, { muted: true })),
      session(3, "session.locked"),
    ];
    const once = after(start(1), events);
    expect(after(once, events)).toBe(once);
  });

  test("an older event about somebody does not undo a newer one", () => {
    const live = after(start(1), [
      about(5, "participant.unmuted", person(0)),
      about(4, "participant.muted", person(0, { muted: true })),
    ]);
    expect(live.rows.get("pa_0")?.view.muted).toBe(false);
    expect(live.log.map((entry) => entry.id)).toEqual([4, 5]);
  });

  test("whoever left does not come back by a late event", () => {
    const live = after(start(1), [
      about(5, "participant.left", person(0)),
      about(4, "participant.speaking_started", person(0, { talking: true })),
      about(3, "participant.joined", person(0)),
    ]);
    expect(live.rows.size).toBe(0);
  });

  test("the newest word about the lock counts", () => {
    const live = after(start(1), [session(6, "session.unlocked"), session(5, "session.locked")]);
    expect(live.locked).toBe(false);
  });

  test("what happened before the end stays ended, what came after stays", () => {
    const live = after(start(1), [
      about(9, "participant.joined", person(4)),
      session(8, "session.ended"),
      about(7, "participant.joined", person(3)),
    ]);
    expect(ids(live)).toEqual(["pa_4"]);
  });
});

describe("reading anew", () => {
  test("keeps the log, and takes everything else from the server", () => {
    const before = after(start(3), [
      about(1, "participant.speaking_started", person(1, { talking: true }), 10),
      about(2, "participant.speaking_started", person(2, { talking: true }), 50),
      session(4, "session.locked"),
    ]);
    const view_now = view(3);
    view_now.participants[1] = person(1, { talking: true, talk_seconds: 50 });
    const live = begin(view_now, T0 + 60_000, before);
    expect(live.locked).toBe(false);
    expect(live.log).toBe(before.log);
    expect(live.rows.get("pa_1")).toMatchObject({ since_ms: T0 + 10_000, at_ms: T0 + 60_000 });
    expect(live.rows.get("pa_2")).toMatchObject({ since_ms: undefined, until_ms: T0 + 60_000 });
  });
});

test("the log is bounded, in order, and keeps the newest", () => {
  const events = Array.from({ length: 3 * LOG_MAX }, (_, n) =>
    about(n + 1, n % 2 ? "participant.unmuted" : "participant.muted", person(0, { muted: n % 2 === 0 })));
  const live = after(start(1), events);
  expect(live.log.length).toBe(LOG_MAX);
  expect(live.log[0]?.id).toBe(2 * LOG_MAX + 1);
  expect(after(live, events)).toBe(live);
});

test("500 people and 10,000 events: shuffled and doubled they end as in order", () => {
  const people = 500;
  let seed = 7;
  const chance = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const now = Array.from({ length: people }, (_, n) => person(n));
  const events: LiveEvent[] = [];
  for (let id = 1; id <= 10_000; id += 1) {
    const n = chance(people);
    const one = now[n] as ParticipantView;
    const turn = chance(3);
    if (turn === 0) {
      now[n] = { ...one, talking: !one.talking };
      const type = one.talking ? "participant.speaking_stopped" : "participant.speaking_started";
      events.push(about(id, type, now[n]));
    } else if (turn === 1) {
      now[n] = { ...one, muted: !one.muted };
      events.push(about(id, one.muted ? "participant.unmuted" : "participant.muted", now[n]));
    } else events.push(session(id, chance(2) ? "session.locked" : "session.unlocked"));
  }
  const begun = begin(view(people), T0);
  const started_ms = performance.now();
  const inOrder = after(begun, events);
  const together_ms = performance.now() - started_ms;
  let oneByOne = begun;
  for (const event of events) oneByOne = after(oneByOne, [event]);
  const shuffled = [...events, ...events];
  for (let n = shuffled.length - 1; n > 0; n -= 1) {
    const m = chance(n + 1);
    [shuffled[n], shuffled[m]] = [shuffled[m] as LiveEvent, shuffled[n] as LiveEvent];
  }
  const mixed = after(begun, shuffled);
  const seen = (live: Live) => [...live.rows.values()].map((row) => row.view);
  expect(seen(inOrder)).toEqual(now);
  expect(seen(oneByOne)).toEqual(now);
  expect(seen(mixed)).toEqual(now);
  expect([mixed.locked, oneByOne.locked]).toEqual([inOrder.locked, inOrder.locked]);
  expect(mixed.log.at(-1)).toEqual(inOrder.log.at(-1));
  // Milliseconds in truth; a whole second would be felt.
  expect(together_ms).toBeLessThan(1_000);
});

test("whoever is asked for nothing does not wait, and is told when they are in", () => {
  const wait = (id: number, step: WaitingView["step"]): LiveEvent =>
    ({ id, time: at(id), type: "participant.waiting", data: { ...REF, waiting: waiter(9, { step }) } });
  const passing = after(start(1), [wait(1, "entering"), about(2, "participant.joined", person(9))]);
  expect([passing.waiting.size, told(passing)]).toEqual([0, ["joined"]]);
  const asked = after(start(1), [wait(1, "pin")]);
  expect([asked.waiting.size, told(asked)]).toEqual([1, ["waiting"]]);
  expect(after(asked, [wait(2, "entering")]).waiting.size).toBe(0);
  const read = view(1, { waiting: [waiter(8), waiter(9, { step: "entering" })] });
  expect([...begin(read, T0).waiting.keys()]).toEqual(["pa_8"]);
});

describe("what many do at once", () => {
  const moment = (id: number, type: Type, n: number) =>
    about(id, type, person(n), 10 + id / 100);

  test("is told in one line, also when the stream says it again", () => {
    const events = Array.from({ length: 300 }, (_, n) => moment(n + 1, "participant.muted", n));
    const live = after(start(300), events);
    expect(live.log).toHaveLength(1);
    expect(live.log[0]).toMatchObject({ told: "muted", first: 1, id: 300, more: 299 });
    expect(after(live, events.slice(100)).log[0]?.more).toBe(299);
  });

  test("is told apart by who did it", () => {
    const by = (name: string) => ({ by: { id: `us_${name}`, name } });
    const live = after(start(4), [
      { ...moment(1, "participant.muted", 0), ...by("anna") },
      { ...moment(2, "participant.muted", 1), ...by("ben") },
      { ...moment(3, "participant.muted", 2), ...by("anna") },
      moment(4, "participant.muted", 3),
    ]);
    expect(live.log.map((entry) => [entry.by?.name, entry.more])).toEqual([["anna", 1], ["ben", 0], [undefined, 0]]);
  });

  test("keeps the names of the first, so that nobody comes in unnamed beside one other", () => {
    const joined = [1, 2, 3, 4, 5].map((n) => moment(n, "participant.joined", n));
    const [line] = after(start(1), joined).log;
    expect([line?.who, ...(line?.others ?? [])].map((who) => who?.name)).toEqual(["Person 1", "Person 2", "Person 3"]);
    expect(line?.more).toBe(4);
  });

  test("is told apart from other things of that moment, and from what comes later", () => {
    const live = after(start(4), [
      moment(1, "participant.muted", 0),
      moment(2, "participant.left", 1),
      moment(3, "participant.muted", 2),
      about(500, "participant.muted", person(3), 20),
    ]);
    expect(live.log.map((entry) => [entry.told, entry.more])).toEqual([["muted", 1], ["left", 0], ["muted", 0]]);
  });
});

describe("what happened before", () => {
  const past = [
    session(1, "session.started"),
    about(2, "participant.joined", person(0, { name: "Guest" })),
    about(3, "participant.renamed", person(0, { name: "Anna" })),
    about(4, "participant.left", person(0, { name: "Anna" })),
  ];

  test("is told in the words it would have been told in then, and changes nobody", () => {
    const before = start(2);
    const live = recall(before, past);
    expect(told(live)).toEqual(["started", "joined", "renamed", "left"]);
    expect(live.log[2]?.detail).toBe("Guest");
    expect(live.rows).toBe(before.rows);
  });

  test("is told once, in its place, also when some of it was heard", () => {
    const heard = after(start(2), [past[3] as LiveEvent, session(6, "session.locked")]);
    const missed = [...past.slice(2), session(5, "session.unlocked"), session(6, "session.locked")];
    expect(recall(heard, missed).log.map(({ id }) => id)).toEqual([3, 4, 5, 6]);
  });
});
