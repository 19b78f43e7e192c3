/** What is done to a room from its row and from its page, with the way back where there is one. */
import { api, ask, type Schema } from "../../api/client";
import { t } from "../../i18n/index.svelte";
import { attempt } from "../../state/failure";
import { notices } from "../../state/notice.svelte";
import { session } from "../../state/session.svelte";

type RoomView = Schema["RoomView"];
export type PinView = Schema["PinView"];

const at = (room: RoomView) => ({ path: { room: room.id } });

export function showPin(room: RoomView): Promise<PinView> {
  return ask(api.GET("/api/v1/rooms/{room}/pin", { params: at(room) }));
}

export function setPin(room: RoomView, pin: string): Promise<PinView> {
  return ask(api.POST("/api/v1/rooms/{room}/pin", { params: at(room), body: { pin } }));
}

export function clearPin(room: RoomView): Promise<unknown> {
  return ask(api.DELETE("/api/v1/rooms/{room}/pin", { params: at(room) }));
}

export async function newPin(room: RoomView): Promise<PinView> {
  const pin = await ask(api.POST("/api/v1/rooms/{room}/pin", { params: at(room), body: {} }));
  const shown = session.may("rooms:pin") ? (pin.pin ?? "") : "••••••";
  notices.done(t("rooms.pin.is_new", { title: room.title, pin: shown }));
  return pin;
}

/** Of moderators, or of one person, who is shown by name. */
export type PinOf =
  | { of: "moderator" }
  | { of: "person"; name: string; role?: "member" | "moderator"; profile?: string | null; pin?: null };

export function newPinOf(room: RoomView, of: PinOf): Promise<PinView> {
  return ask(api.POST("/api/v1/rooms/{room}/pin", { params: at(room), body: of }));
}

export function clearPinOf(room: RoomView, of: PinOf): Promise<unknown> {
  const query = of.of === "person" ? { of: of.of, name: of.name } : { of: of.of };
  return ask(api.DELETE("/api/v1/rooms/{room}/pin", { params: { ...at(room), query } }));
}

/** Removes a room, and offers to make it again as it was. True when it is gone. */
export async function remove(room: RoomView): Promise<boolean> {
  const has_pins = room.pin_set || room.moderator_pin_set || room.personal_pins > 0;
  const known = has_pins && session.may("rooms:pin") ? await showPin(room).catch(() => undefined) : undefined;
  const done = await attempt(
    ask(api.DELETE("/api/v1/rooms/{room}", { params: { ...at(room), header: { "If-Match": `"${room.version}"` } } })),
  );
  const pins = has_pins ? known : NO_PINS;
  if (done) notices.done(t("rooms.removed", { title: room.title }), () => void attempt(again(room, pins)));
  return done;
}

type Pins = Pick<PinView, "pin" | "moderator_pin" | "personal_pins">;
const NO_PINS: Pins = { pin: null, moderator_pin: null, personal_pins: [] };

/** `pins`: undefined where whoever removed the room may not see them. */
async function again(room: RoomView, pins: Pins | undefined): Promise<void> {
  const { title, extension, message, music, language, options, user_options, keypad, moderator_keypad } = room;
  const { pin, moderator_pin } = pins ?? {};
  const made = await ask(api.POST("/api/v1/rooms", {
    body: {
      title, extension, message, music, language, options, user_options, keypad, moderator_keypad,
      ...(pin === undefined ? {} : { pin }),
      ...(moderator_pin === undefined ? {} : { moderator_pin }),
    },
  }));
  for (const { name, role, pin, profile } of pins?.personal_pins ?? []) {
    const body = { of: "person", name, role, pin, profile } as const;
    await ask(api.POST("/api/v1/rooms/{room}/pin", { params: at(made), body }));
  }
  const says = pins === undefined ? "rooms.restored.new_pin" : "rooms.restored";
  notices.done(t(says, { title: made.title }));
}
