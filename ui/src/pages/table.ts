/** Every page: its address, what its menu entry says, and who may see it. */
import type { Component } from "svelte";
import type { Key } from "../i18n/index.svelte";
import type { Params } from "../state/match";
import type { Permission } from "../state/session.svelte";

/** A page gets the parameters of its address. */
export type PageComponent = Component<{ params: Params }>;

export interface Page {
  readonly pattern: string;
  readonly title: Key;
  /** Without it, everybody who is signed in may see it. */
  readonly needs?: Permission;
  /** Where it stands in the navigation; without it only links lead there. */
  readonly menu?: number;
  readonly load: () => Promise<{ default: PageComponent }>;
}

export const PAGES: readonly Page[] = [
  { pattern: "/", title: "shell.now", needs: "live:read", menu: 1, load: () => import("./Now.svelte") },
  { pattern: "/rooms/:room/live", title: "live.title", needs: "live:read", load: () => import("./Live.svelte") },
  { pattern: "/music", title: "shell.music", needs: "music:read", menu: 4, load: () => import("./Music.svelte") },
  { pattern: "/music/:playlist", title: "shell.music", needs: "music:read", load: () => import("./Music.svelte") },
  { pattern: "/calls", title: "shell.calls", needs: "calls:read", menu: 5, load: () => import("./Calls.svelte") },
  { pattern: "/calls/:call", title: "shell.calls", needs: "calls:read", load: () => import("./Call.svelte") },
  { pattern: "/settings", title: "shell.settings", menu: 9, load: () => import("./settings/Account.svelte") },
  { pattern: "/settings/users", title: "access.users", needs: "users:write", load: () => import("./settings/Users.svelte") },
  { pattern: "/settings/tokens", title: "access.tokens", needs: "tokens:write", load: () => import("./settings/Tokens.svelte") },
  { pattern: "/settings/menus", title: "menus.title", needs: "rooms:read", load: () => import("./settings/Menus.svelte") },
  { pattern: "/settings/menus/:menu", title: "menus.title", needs: "rooms:read", load: () => import("./settings/Menus.svelte") },
  { pattern: "/settings/profiles", title: "profiles.title", needs: "rooms:read", load: () => import("./settings/Profiles.svelte") },
  { pattern: "/settings/profiles/:kind/:profile", title: "profiles.title", needs: "rooms:read", load: () => import("./settings/Profiles.svelte") },
  { pattern: "/settings/extensions", title: "extensions.title", needs: "system:read", load: () => import("./settings/Extensions.svelte") },
  { pattern: "/settings/certificate", title: "certificate.title", needs: "system:read", load: () => import("./settings/Certificate.svelte") },
  { pattern: "/settings/trunks", title: "trunks.title", needs: "system:read", load: () => import("./settings/Trunks.svelte") },
  { pattern: "/settings/phones", title: "phones.title", needs: "system:read", load: () => import("./settings/Phones.svelte") },
  { pattern: "/settings/backup", title: "backup.title", needs: "system:write", load: () => import("./settings/Backup.svelte") },
  { pattern: "/settings/audit", title: "access.audit", needs: "audit:read", load: () => import("./settings/Audit.svelte") },
  { pattern: "/rooms", title: "shell.rooms", needs: "rooms:read", menu: 2, load: () => import("./Rooms.svelte") },
  { pattern: "/rooms/:room", title: "rooms.settings", needs: "rooms:read", load: () => import("./Room.svelte") },
  { pattern: "/settings/webhooks", title: "webhooks.title", needs: "webhooks:write", load: () => import("./Webhooks.svelte") },
  { pattern: "/settings/webhooks/:webhook", title: "webhooks.title", needs: "webhooks:write", load: () => import("./Webhook.svelte") },
  { pattern: "/recordings", title: "shell.recordings", needs: "recordings:read", menu: 3, load: () => import("./Recordings.svelte") },
  { pattern: "/recordings/:recording", title: "recordings.title", needs: "recordings:read", load: () => import("./Recording.svelte") },
];
