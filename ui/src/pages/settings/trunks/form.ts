/** What is typed of a trunk, and what of it is sent; asks nobody. */
import type { Schema } from "../../../api/client";

export type Trunk = Schema["TrunkView"];
export type Template = Schema["TrunkTemplateView"];

/** Every field as text or as a tick. */
export interface Draft {
  name: string;
  host: string;
  user: string;
  secret: string;
  kind: string;
  transport: string;
  outbound_proxy: string;
  auth_user: string;
  from_domain: string;
  expires_s: string;
  number_in: string;
  caller_in: string;
  trusted: boolean;
  privacy: boolean;
  options_s: string;
  allowed: string;
  callers: string;
  target: string;
  max_calls: string;
  srtp: string;
  enabled: boolean;
}

export type Field = keyof Draft;

const EMPTY: Draft = {
  name: "", host: "", user: "", secret: "", kind: "address", transport: "udp", outbound_proxy: "",
  auth_user: "", from_domain: "", expires_s: "600", number_in: "auto", caller_in: "auto",
  trusted: true, privacy: true, options_s: "60", allowed: "", callers: "auto", target: "", max_calls: "0",
  srtp: "off", enabled: true,
};

/** As a template has it; what it leaves open is at its default. */
export function fromTemplate(template: Template | undefined, typed: Partial<Draft>): Draft {
  return { ...EMPTY, ...template?.settings, ...typed } as Draft;
}

export function fromTrunk(trunk: Trunk): Draft {
  const { expires_s, options_s, max_calls, allowed, ...rest } = trunk;
  const texts = {
    expires_s: String(expires_s), options_s: String(options_s), max_calls: String(max_calls),
    allowed: allowed.join(", "), secret: "",
  };
  const all = { ...rest, ...texts };
  const fields = Object.keys(EMPTY) as Field[];
  return Object.fromEntries(fields.map((field) => [field, all[field]])) as unknown as Draft;
}

/** What differs, as the API takes it. An empty password stays as it was. */
export function changes(before: Draft, after: Draft): Record<string, unknown> {
  const fields = Object.keys(EMPTY) as Field[];
  const changed = fields.filter((field) => after[field] !== before[field]);
  return Object.fromEntries(changed.map((field) => [field, sent(field, after)]));
}

/** All of a new trunk that is not as its template says. */
export function created(template: Template | undefined, draft: Draft): Record<string, unknown> {
  const wish = changes(fromTemplate(template, {}), draft);
  return { ...wish, name: draft.name, host: draft.host, template: template?.name ?? "" };
}

function sent(field: Field, draft: Draft): unknown {
  if (field === "allowed") return draft.allowed.split(/[\s,]+/).filter((part) => part !== "");
  return draft[field];
}
