/** What is said of a webhook in a list. */
import type { Schema } from "../../api/client";
import { moment, t } from "../../i18n/index.svelte";
import { inWords } from "../../state/failure";

export interface Said {
  readonly sign: string;
  readonly kind: "good" | "warn" | "bad" | "soft";
  readonly text: string;
}

/** In words and with a sign, so that no colour is needed to tell. */
export function stateOf(webhook: Schema["WebhookView"]): Said {
  if (!webhook.enabled) {
    const why = webhook.disabled_why;
    if (why === null) return { sign: "○", kind: "soft", text: t("webhooks.off") };
    return { sign: "✗", kind: "bad", text: t("webhooks.off.why", { why: inWords(why) }) };
  }
  if (webhook.failing_since === null) return { sign: "✓", kind: "good", text: t("webhooks.on") };
  const time = moment(webhook.failing_since);
  return { sign: "!", kind: "warn", text: t("webhooks.failing", { time }) };
}
