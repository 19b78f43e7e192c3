import { expect, test } from "vitest";
import { soundName } from "./sound_name";

test("a file's name becomes a name that the server takes", () => {
  expect(soundName("Acme Gong (final).WAV")).toBe("acme-gong-final");
  expect(soundName("Begrüßung_2.mp3")).toBe("begru-ung_2");
  expect(soundName("…")).toBe("");
  expect(soundName(`${"x".repeat(60)}.ogg`)).toHaveLength(40);
});
