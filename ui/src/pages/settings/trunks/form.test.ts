/** What is sent of a trunk: what differs, and nothing of a password that was not typed. */
import { expect, test } from "vitest";
import { changes, created, fromTemplate, fromTrunk, type Template, type Trunk } from "./form";

const template: Template = {
  name: "easybell", title: "Easybell", group: "carrier", hint: {}, asks: ["host"],
  settings: { kind: "registering", number_in: "to" },
};

test("a new trunk says what was typed, and leaves the rest to its template", () => {
  const draft = fromTemplate(template, { name: "Carrier", host: "sip.example", user: "49891" });
  expect(draft.kind).toBe("registering");
  expect(created(template, draft)).toEqual({
    name: "Carrier", host: "sip.example", user: "49891", template: "easybell",
  });
});

test("a change says what differs, and keeps a password that was not typed", () => {
  const trunk = {
    name: "PBX", host: "192.0.2.7", user: "", kind: "address", transport: "udp", outbound_proxy: "",
    auth_user: "", from_domain: "", expires_s: 600, number_in: "auto", caller_in: "auto",
    trusted: true, privacy: true, options_s: 60, allowed: ["192.0.2.0/28"],
    callers: "auto", target: "", max_calls: 0, srtp: "off", enabled: true, has_secret: true,
  } as unknown as Trunk;
  const before = fromTrunk(trunk);
  expect(changes(before, { ...before })).toEqual({});
  const after = { ...before, enabled: false, allowed: "192.0.2.0/28, 192.0.2.99" };
  expect(changes(before, after)).toEqual({ enabled: false, allowed: ["192.0.2.0/28", "192.0.2.99"] });
});
