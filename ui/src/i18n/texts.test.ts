import { expect, test } from "vitest";
import * as access from "./access";
import * as calls from "./calls";
import * as invite from "./invite";
import * as live from "./live";
import * as music from "./music";
import * as now from "./now";
import * as recordings from "./recordings";
import * as rooms from "./rooms";
import * as settings from "./settings";
import * as shell from "./shell";

const files = { access, calls, invite, live, music, now, recordings, rooms, settings, shell };
const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

test.each(Object.entries(files))("%s says the same in both languages", (_, file) => {
  const en: Record<string, string> = file.en;
  const de: Record<string, string> = file.de;
  for (const [key, text] of Object.entries(en)) {
    expect(de[key]?.trim(), key).toBeTruthy();
    expect(gaps(de[key] ?? ""), key).toEqual(gaps(text));
  }
});
