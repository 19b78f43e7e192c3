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

/** Removes a room, and offers to make it again as it was. True when it is gone. */
export async function remove(room: RoomView): Promise<boolean> {
  let pin: string | null | undefined;
  if (room.pin_set && session.may("rooms:pin")) {
    const known = await showPin(room).catch(() => undefined);
    pin = known?.pin;
  } else if (!room.pin_set) pin = null;
  const done = await attempt(
    ask(api.DELETE("/api/v1/rooms/{room}", { params: { ...at(room), header: { "If-Match": `"${room.version}"` } } })),
  );
  if (done) notices.done(t("rooms.removed", { title: room.title }), () => void attempt(again(room, pin)));
  return done;
}

async function again(room: RoomView, pin: string | null | undefined): Promise<void> {
  const { title, extension, message, music, language, options, user_options, keypad, moderator_keypad } = room;
  const made = await ask(api.POST("/api/v1/rooms", {
    body: {
      title, extension, message, music, language, options, user_options, keypad, moderator_keypad,
      ...(pin === undefined ? {} : { pin }),
    },
  }));
  const says = pin === undefined ? "rooms.restored.new_pin" : "rooms.restored";
  notices.done(t(says, { title: made.title }));
}
