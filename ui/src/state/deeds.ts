/** What can be done to a running room; says so when the server refuses, and nothing else. */
import { api, ask, type Schema } from "../api/client";
import { attempt } from "./failure";

/** Each is true when it was done. State is set, not toggled, so that doing it twice is harmless. */
export class Deeds {
  constructor(readonly room: string) {}

  change(change: Schema["LiveInput"]): Promise<boolean> {
    const params = { path: { room: this.room } };
    return attempt(ask(api.PATCH("/api/v1/rooms/{room}/live", { params, body: change })));
  }

  end(): Promise<boolean> {
    const params = { path: { room: this.room } };
    return attempt(ask(api.DELETE("/api/v1/rooms/{room}/live", { params })));
  }

  mute(participant: string, muted: boolean): Promise<boolean> {
    return attempt(this.set(participant, { muted }));
  }

  remove(participant: string): Promise<boolean> {
    const params = { path: { room: this.room, participant } };
    const path = "/api/v1/rooms/{room}/live/participants/{participant}";
    return attempt(ask(api.DELETE(path, { params })));
  }

  admit(participant: string): Promise<boolean> {
    const params = { path: { room: this.room, participant } };
    const path = "/api/v1/rooms/{room}/live/waiting/{participant}";
    return attempt(ask(api.PATCH(path, { params, body: { admitted: true } })));
  }

  async admitAll(participants: readonly string[]): Promise<void> {
    for (const one of participants) if (!(await this.admit(one))) return;
  }

  decline(participant: string): Promise<boolean> {
    const params = { path: { room: this.room, participant } };
    const path = "/api/v1/rooms/{room}/live/waiting/{participant}";
    return attempt(ask(api.DELETE(path, { params })));
  }

  /** Unmuted, and the hand is down: it was heard. */
  letSpeak(participant: string): Promise<boolean> {
    return attempt(this.set(participant, { muted: false, hand_raised: false }));
  }

  announce(prompt: string): Promise<boolean> {
    const params = { path: { room: this.room } };
    return attempt(ask(api.POST("/api/v1/rooms/{room}/live/announcements", { params, body: { prompt } })));
  }

  /** Throws `Refused`, so that a field can say what is wrong with it. */
  set(participant: string, change: Schema["ParticipantInput"]): Promise<Schema["ParticipantView"]> {
    const params = { path: { room: this.room, participant } };
    const path = "/api/v1/rooms/{room}/live/participants/{participant}";
    return ask(api.PATCH(path, { params, body: change }));
  }
}
