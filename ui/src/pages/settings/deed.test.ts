import { expect, test } from "vitest";
import { en } from "../../i18n/access";

// The words are the server's; this reads them where they are written.
const sources = import.meta.glob<string>("../../../../shell/web/src/**/*.rs", {
  query: "?raw", import: "default", eager: true,
});

test("whatever the server writes into the audit log has words here", () => {
  const calls = Object.values(sources).flatMap((text) => [...text.matchAll(/\baudit\(([^;]*?)\)\s*\.await/g)]);
  const actions = calls.flatMap(([, given]) => [...(given ?? "").matchAll(/"([a-z]+\.[a-z_]+)"/g)].map(([, action]) => action));
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action) => !(`access.deed.${action}` in en))).toEqual([]);
});
