/** Why a sign-in by the other service failed, as the server says it in the address. */

const REASONS = ["unusable", "refused", "unknown", "not-proven", "no-role", "too-many"] as const;
export type Reason = (typeof REASONS)[number];

export function isReason(text: string): text is Reason {
  return (REASONS as readonly string[]).includes(text);
}
