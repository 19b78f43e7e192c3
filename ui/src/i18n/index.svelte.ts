/** Sentences in the reader's language; every page has a file of its own beside this one. */
import * as access from "./access";
import * as backup from "./backup";
import * as calls from "./calls";
import * as certificate from "./certificate";
import * as extensions from "./extensions";
import * as invite from "./invite";
import * as live from "./live";
import * as menus from "./menus";
import * as music from "./music";
import * as now from "./now";
import * as phones from "./phones";
import * as profiles from "./profiles";
import * as recordings from "./recordings";
import * as rooms from "./rooms";
import * as settings from "./settings";
import * as shell from "./shell";
import * as trunks from "./trunks";
import * as webhooks from "./webhooks";
import { isolated } from "./isolated";

const en = {
  ...shell.en, ...now.en, ...rooms.en, ...live.en, ...invite.en,
  ...music.en, ...calls.en, ...recordings.en, ...settings.en, ...access.en,
  ...webhooks.en, ...backup.en, ...menus.en, ...profiles.en, ...extensions.en,
  ...certificate.en, ...trunks.en,
  ...certificate.en,
  ...phones.en,
};
const de: Record<Key, string> = {
  ...shell.de, ...now.de, ...rooms.de, ...live.de, ...invite.de,
  ...music.de, ...calls.de, ...recordings.de, ...settings.de, ...access.de,
  ...webhooks.de, ...backup.de, ...menus.de, ...profiles.de, ...extensions.de,
  ...certificate.de, ...trunks.de,
  ...certificate.de,
  ...phones.de,
};

export type Key = keyof typeof en;
export type Values = Readonly<Record<string, string | number>>;
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const TEXTS: Record<Language, Record<Key, string>> = { en, de };
const KEPT = "conclave.language";

class Locale {
  language = $state<Language>(read());

  choose(language: Language): void {
    this.language = language;
    localStorage.setItem(KEPT, language);
    document.documentElement.lang = language;
  }
}

function read(): Language {
  const kept = localStorage.getItem(KEPT) ?? navigator.language.slice(0, 2);
  const language: Language = kept === "de" ? "de" : "en";
  document.documentElement.lang = language;
  return language;
}

export const locale = new Locale();

/** A sentence, with `{name}` filled in. */
export function t(key: Key, values: Values = {}): string {
  const text = TEXTS[locale.language][key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => isolated(String(values[name] ?? whole)));
}

/** A sentence about a number, from `key.one` or `key.other`. */
export function count<K extends string>(
  key: `${K}.one` extends Key ? (`${K}.other` extends Key ? K : never) : never,
  n: number,
  values: Values = {},
): string {
  const one = new Intl.PluralRules(locale.language).select(n) === "one";
  return t(`${key}.${one ? "one" : "other"}` as Key, { n: number(n), ...values });
}

export function number(n: number, digits = 0): string {
  return new Intl.NumberFormat(locale.language, { maximumFractionDigits: digits }).format(n);
}

/** "Anna, Ben and Carla". */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(locale.language, { type: "conjunction" }).format(names.map(isolated));
}

/** A moment, as short as it can be said today. */
export function moment(iso: string): string {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  const style: Intl.DateTimeFormatOptions = today
    ? { timeStyle: "medium" }
    : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(locale.language, style).format(date);
}

/** Seconds as 0:07, 12:40 or 1:02:10. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
