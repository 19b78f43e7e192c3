/** Receivers that fail and recover, against the real server: nothing is lost, everything is signed. */
import { freePort } from "./fixtures/ports";
import { Receiver, id, message, signedBy, type Received } from "./fixtures/receiver";
import type { Server } from "./fixtures/server";
import { expect, test } from "./fixtures/test";
import { until } from "./fixtures/until";

/** A receiver that hangs is given up after 15 s, and tried again about 5 s later. */
const SLOW_MS = 120_000;
const SOON_MS = 10_000;
const LOW_HZ = 500;

interface Made {
  readonly id: string;
  readonly secret: string;
}
interface Delivery {
  readonly id: string;
  readonly type: string;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  readonly due_at: string | null;
  readonly attempted_at: string | null;
  readonly status: number | null;
  readonly error: string | null;
}
interface Webhook {
  readonly enabled: boolean;
  readonly disabled_why: string | null;
  readonly failing_since: string | null;
  readonly waiting: number;
}

test("what happens in a room is told once, signed, under ids that sort as it happened", async ({ phone, server }) => {
  const receiver = await Receiver.start();
  const types = ["call.started", "session.started", "participant.joined", "participant.left", "session.ended", "call.ended"];
  const { secret } = await make(server, receiver, types);
  await server.addRoom("Told", { extension: "831" });
  const caller = await phone(LOW_HZ, "Anna");
  await caller.call(server.uri("831"));
  await receiver.heard(1, "participant.joined");
  await server.ask("DELETE", "/rooms/831/live");
  await receiver.heard(types.length);
  await receiver.heard(1, "call.ended");

  const sorted = [...receiver.got].sort((one, other) => (id(one) < id(other) ? -1 : 1));
  expect(new Set(sorted.map(id)).size).toBe(types.length);
  expect(sorted.map((one) => message(one).type).sort()).toEqual([...types].sort());
  const place = (type: string) => sorted.findIndex((one) => message(one).type === type);
  expect(place("call.started")).toBeLessThan(place("participant.joined"));
  expect(place("participant.joined")).toBeLessThan(place("participant.left"));
  expect(place("session.started")).toBeLessThan(place("session.ended"));
  const times = sorted.map((one) => Date.parse(message(one).timestamp));
  expect(times).toEqual([...times].sort((one, other) => one - other));
  for (const one of sorted) expectSigned(one, secret);
  expect(message(sorted[place("participant.joined")]!).data).toMatchObject({ extension: "831", participant: { name: "Anna" } });
  await receiver.stop();
});

test("receivers that fail, hang and are away get everything once they are back", async ({ server }) => {
  test.setTimeout(SLOW_MS);
  const healthy = await Receiver.start();
  const failing = await Receiver.start();
  failing.says = 500;
  const hanging = await Receiver.start();
  hanging.says = "nothing";
  const away = new Receiver(await freePort());
  const receivers = { healthy, failing, hanging, away };
  const made: Record<string, Made> = {};
  for (const [name, receiver] of Object.entries(receivers)) made[name] = await make(server, receiver, ["room.created"]);
  await server.addRoom("News", { extension: "832" });

  await healthy.heard(1);
  expect(hanging.got.length + failing.got.length, "the others held it up").toBeLessThanOrEqual(2);
  await failing.heard(1);
  failing.says = 204;
  await hanging.heard(1);
  hanging.says = 204;
  await until("an attempt while it is away", SOON_MS, async () => {
    const [first] = await log(server, made["away"]!);
    return first !== undefined && first.attempts > 0 ? true : undefined;
  });
  const waiting = await server.ask<Webhook>("GET", `/webhooks/${made["away"]!.id}`);
  expect(waiting).toMatchObject({ waiting: 1, enabled: true });
  expect(waiting.failing_since).not.toBeNull();
  await away.listen();

  for (const [name, receiver] of Object.entries(receivers)) {
    const wanted = name === "healthy" || name === "away" ? 1 : 2;
    const got = await receiver.heard(wanted);
    expect(got.length, name).toBe(wanted);
    expect(new Set(got.map(id)).size, `${name}: one event, one id`).toBe(1);
    expect(new Set(got.map(({ body }) => body)).size, `${name}: one event, one body`).toBe(1);
    for (const one of got) expectSigned(one, made[name]!.secret);
    const end = await until(`${name} is done`, SOON_MS, async () => {
      const [first] = await log(server, made[name]!);
      return first?.state === "delivered" ? first : undefined;
    });
    expect(end).toMatchObject({ attempts: name === "healthy" ? 1 : 2, status: 204, error: null, due_at: null });
    const view = await server.ask<Webhook>("GET", `/webhooks/${made[name]!.id}`);
    expect(view).toMatchObject({ failing_since: null, waiting: 0, enabled: true });
  }
  const between = (received: Received[]) =>
    Number(received[1]!.headers["webhook-timestamp"]) - Number(received[0]!.headers["webhook-timestamp"]);
  expect(between(failing.got), "about 5 s later").toBeGreaterThanOrEqual(4);
  expect(between(failing.got)).toBeLessThanOrEqual(9);
  expect(between(hanging.got), "15 s and about 5 s").toBeGreaterThanOrEqual(19);
  await Promise.all(Object.values(receivers).map((receiver) => receiver.stop()));
});

test("the second attempt waits for minutes, and by hand it goes at once", async ({ server }) => {
  const receiver = await Receiver.start();
  receiver.says = 503;
  const made = await make(server, receiver, ["room.created"]);
  await server.addRoom("Later", { extension: "833" });
  await receiver.heard(2);
  const kept = await until("two attempts are noted", SOON_MS, async () => {
    const [first] = await log(server, made);
    return first?.attempts === 2 ? first : undefined;
  });
  expect(kept).toMatchObject({ state: "waiting", status: 503, error: "the receiver answered 503" });
  const wait = (Date.parse(kept.due_at ?? "") - Date.parse(kept.attempted_at ?? "")) / 1_000;
  expect(wait).toBeGreaterThan(269);
  expect(wait).toBeLessThan(331);
  receiver.says = 200;
  await server.ask("POST", `/webhooks/${made.id}/deliveries/${kept.id}/redeliver`, {});
  const got = await receiver.heard(3);
  expect(id(got[2]!)).toBe(kept.id);
  expectSigned(got[2]!, made.secret);
  await receiver.stop();
});

test("whoever says gone is disabled, and the others are told", async ({ server }) => {
  const gone = await Receiver.start();
  gone.says = 410;
  const watching = await Receiver.start();
  const made = await make(server, gone, ["room.created"]);
  const watcher = await make(server, watching, ["webhook.disabled"]);
  await server.addRoom("Gone", { extension: "834" });
  const [told] = await watching.heard(1, "webhook.disabled");
  expectSigned(told!, watcher.secret);
  expect(message(told!).data).toMatchObject({ webhook: made.id });
  const view = await server.ask<Webhook>("GET", `/webhooks/${made.id}`);
  expect(view).toMatchObject({ enabled: false, waiting: 0 });
  expect(view.disabled_why).toContain("410");
  await server.addRoom("After", { extension: "835" });
  expect((await log(server, made)).length).toBe(1);
  await Promise.all([gone.stop(), watching.stop()]);
});

test("a redirect is not followed, and no secret is in the log", async ({ server }) => {
  const receiver = await Receiver.start();
  receiver.says = 302;
  const made = await make(server, receiver, ["room.created"], "/in?token=hidden-in-the-url");
  const tested = await server.ask<Delivery>("POST", `/webhooks/${made.id}/test`, {});
  expect(tested).toMatchObject({ state: "failed", status: 302, error: "the receiver answered 302; redirects are not followed" });
  expect(receiver.got.length).toBe(1);
  expect(server.log()).not.toContain(made.secret.slice("whsec_".length));
  expect(server.log()).not.toContain("hidden-in-the-url");
  await receiver.stop();
});

test("old and new secret sign side by side", async ({ server }) => {
  const receiver = await Receiver.start();
  const made = await make(server, receiver, ["room.created"]);
  const renewed = await server.ask<{ secret: string }>("POST", `/webhooks/${made.id}/secret`, {});
  expect(renewed.secret).not.toBe(made.secret);
  await server.ask("POST", `/webhooks/${made.id}/test`, {});
  const [got] = await receiver.heard(1, "webhook.test");
  expect(signedBy(made.secret, got!)).toBe(1);
  expect(signedBy(renewed.secret, got!)).toBe(1);
  await receiver.stop();
});

async function make(server: Server, receiver: Receiver, types: string[], path = "/in"): Promise<Made> {
  const url = receiver.url.replace("/in", path);
  return server.ask("POST", "/webhooks", { url, types });
}

/** Newest first. */
async function log(server: Server, { id }: Made): Promise<Delivery[]> {
  return (await server.ask<{ items: Delivery[] }>("GET", `/webhooks/${id}/deliveries`)).items;
}

/** By this secret alone, and by none when a byte of it is another. */
function expectSigned(received: Received, secret: string): void {
  expect(signedBy(secret, received), message(received).type).toBe(1);
  expect(signedBy(secret, { ...received, body: `${received.body} ` })).toBe(0);
  expect(signedBy("whsec_AAAA", received)).toBe(0);
}
