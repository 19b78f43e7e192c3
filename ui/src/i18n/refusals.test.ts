import { expect, test } from "vitest";
import { GERMAN, inGerman } from "./refusals";

// The words are the server's; these files hold the ones that a form can meet.
const sources = import.meta.glob<string>(
  [
    "../../../core/model/src/{room_record,user_name,playlist_name,password,pin,extension}.rs",
    "../../../core/model/src/phone/{user,number,password}.rs",
    "../../../core/api/src/{music_input,webhook_input,invitation/meeting}.rs",
    "../../../shell/web/src/{users,playlists,tokens,uploads,webhooks}.rs",
  ],
  { query: "?raw", import: "default", eager: true },
);

test("what a form can meet is known in German", () => {
  const SAID = /(?:accepted = |refused\(|FieldError::new\("\w+", \w+, |"", |conflict\(|detail = |Conflict,\s*|Refused,\s*|Invalid,\s*(?:format!\()?)"([^"]{8,})"/g;
  const said = Object.values(sources)
    .map((text) => text.split("#[cfg(test)]")[0] ?? "")
    .flatMap((text) => [...text.matchAll(SAID)].map(([, words]) => words ?? ""))
    .filter((words) => !words.includes("\\") && !words.startsWith("Content-Type"));
  expect(said.length).toBeGreaterThan(15);
  expect(said.filter((words) => !(words in GERMAN))).toEqual([]);
});

const brain = import.meta.glob<string>("../../../core/node/src/{requests/{mod,pins,menus,phones,profiles,rooms},stored}.rs", {
  query: "?raw", import: "default", eager: true,
});

test("what the brain refuses about rooms, PINs, menus and profiles is known in German", () => {
  const SAID = /(?:accepted = |detail = |Wrong::new\([^"]*"\w+", [^"]*|conflict\(|=> |return |\{ |else \{\s*|NotFound, )(?:format!\(\s*)?"([^"]{12,})"/g;
  const said = Object.values(brain)
    .map((text) => (text.split("#[cfg(test)]")[0] ?? "").replace(/\\\n\s*/g, ""))
    .flatMap((text) => [...text.matchAll(SAID)].map(([, words]) => words ?? ""))
    .filter((words) => words.includes(" "))
    .map((words) => words.replace(/\{\w*(:\?)?\}/g, "7"));
  expect(said.length).toBeGreaterThan(30);
  expect(said.filter((words) => inGerman(words) === words)).toEqual([]);
});

test("a sentence is turned with what stands in its gaps, and an unknown one stays", () => {
  expect(inGerman(`title: "" is not accepted; expected 1 to 80 characters without control characters`))
    .toBe(`"" geht hier nicht; erlaubt: 1 bis 80 Zeichen ohne Steuerzeichen`);
  expect(inGerman("the file cannot be played: no sound in it")).toBe("die Datei lässt sich nicht abspielen: no sound in it");
  expect(inGerman("the PIN of Anna and the PIN of moderators are the same, or one begins with the other"))
    .toBe("die PIN von Anna und die PIN der Moderation sind gleich, oder eine beginnt mit der anderen");
  expect(inGerman('profile: "her" is not accepted; expected did you mean hers? There are: hers, his'))
    .toBe('"her" geht hier nicht; erlaubt: meinten Sie hers? Es gibt: hers, his');
  expect(inGerman("something new")).toBe("something new");
});

test("no German sentence asks for more than the English one gives", () => {
  const gaps = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap);
  for (const [english, german] of Object.entries(GERMAN)) {
    expect(gaps(english)).toEqual(expect.arrayContaining(gaps(german)));
  }
});
