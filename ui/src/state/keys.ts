/** Which key asks for what on the page of a room; does none of it. */

export const COMMANDS = {
  up: "↑", down: "↓", mute: "m", remove: "k", let_speak: "h", rename: "n",
  volume: "v", mute_all: "M", lock: "L", record: "R", admit: "A", help: "?",
} as const;
export type Command = keyof typeof COMMANDS;

const BY_KEY = new Map<string, Command>(
  Object.entries(COMMANDS).map(([command, key]) => [key, command as Command]),
);
const ARROWS: Record<string, string> = { ArrowUp: "↑", ArrowDown: "↓" };

export interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What the press asks for; nothing while a field is being typed in. */
export function commandOf(press: Press, typing: boolean): Command | undefined {
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return undefined;
  return BY_KEY.get(named(press));
}

/** Shift decides and not Caps Lock, which would mute everybody instead of one. */
function named(press: Press): string {
  const arrow = ARROWS[press.key];
  if (arrow !== undefined) return arrow;
  if (!/^[a-z]$/i.test(press.key)) return press.key;
  return press.shiftKey ? press.key.toUpperCase() : press.key.toLowerCase();
}

