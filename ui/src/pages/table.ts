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
  readonly needs: Permission;
  /** Where it stands in the navigation; without it only links lead there. */
  readonly menu?: number;
  readonly load: () => Promise<{ default: PageComponent }>;
}

export const PAGES: readonly Page[] = [
  { pattern: "/", title: "shell.now", needs: "live:read", menu: 1, load: () => import("./Now.svelte") },
  { pattern: "/rooms/:room/live", title: "live.title", needs: "live:read", load: () => import("./Live.svelte") },
  { pattern: "/calls", title: "shell.calls", needs: "calls:read", menu: 5, load: () => import("./Calls.svelte") },
  { pattern: "/calls/:call", title: "shell.calls", needs: "calls:read", load: () => import("./Call.svelte") },
];
