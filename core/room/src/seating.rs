//! The last step into the room: the seat, and the words that only the one who comes hears.

use std::time::Instant;

use conclave_contract::{Clip, Command, Segment};
use conclave_model::{ParticipantId, PlayId, limits};

use crate::music::Alone;
use crate::{MutedBy, Phase, Role, Room, RoomNews, Turn};

/// What is being said to one who has just come in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Greeting {
    play: PlayId,
    lost_at: Instant,
}

impl Room {
    /// From the door.
    pub(crate) fn seat(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        role: Role,
        name: Option<Clip>,
    ) {
        let name = self.spoken_name(who, name);
        if let Some(joiner) = self.roster.get_mut(who) {
            joiner.spoken_name = name;
            joiner.mute.at_start = joiner.profile.start_muted;
            self.enter(turn, who, role);
        }
    }

    /// Onto the stage, or to those who wait for a leader.
    pub(crate) fn enter(&mut self, turn: &mut Turn<'_>, who: ParticipantId, role: Role) {
        self.tune_stage(turn);
        let (stage, since, is_led) = (self.stage, turn.now, self.is_led());
        let Some(joiner) = self.roster.get_mut(who) else {
            return;
        };
        if self.all_muted && !joiner.profile.admin {
            joiner.fall_mute(turn, MutedBy::System);
        }
        let (leg, call) = (joiner.leg(), joiner.call());
        let waits = joiner.waits_for_leader() && !is_led;
        joiner.phase = if waits {
            Phase::Waiting { role, since }
        } else {
            Phase::Active { role, since }
        };
        if waits || joiner.mute().is_muted() {
            turn.command(Command::SetMute { leg, muted: true });
        }
        joiner.pace(turn, &self.rules.bridge);
        joiner.tune(turn, &self.rules.bridge);
        if waits {
            turn.news(RoomNews::Waits {
                participant: who,
                call,
            });
        } else {
            joiner.step_on_stage(turn, stage);
            turn.news(RoomNews::Joined {
                participant: who,
                call,
                role,
            });
        }
        self.tell_joining(turn, who);
        self.settle_as(turn, Alone::First);
    }

    /// What is played next to this one takes its place, but music waits for its end.
    pub(crate) fn greet(
        &mut self,
        turn: &mut Turn<'_>,
        who: ParticipantId,
        segments: Vec<Segment>,
    ) {
        let Some(joiner) = self.roster.get_mut(who) else {
            return;
        };
        if segments.is_empty() {
            return;
        }
        if joiner.can_unmute() {
            joiner.hinted_at = Some(turn.now);
        }
        let play = joiner.play(turn, segments);
        let lost_at = turn.now + limits::PLAY_PATIENCE;
        joiner.greeting = Some(Greeting { play, lost_at });
    }

    /// A `Play` on this one's leg ended; others' ids are ignored.
    pub(crate) fn greeted(&mut self, who: ParticipantId, play: PlayId) {
        if let Some(one) = self.roster.get_mut(who)
            && one.greeting.is_some_and(|greeting| greeting.play == play)
        {
            one.greeting = None;
        }
    }

    /// Of those whose end nobody reported.
    pub(crate) fn forget_lost_greetings(&mut self, turn: &Turn<'_>) {
        for one in self.roster.iter_mut() {
            one.greeting = one.greeting.filter(|greeting| turn.now < greeting.lost_at);
        }
    }

    pub(crate) fn next_lost_greeting(&self) -> Option<(Instant, &'static str)> {
        let greetings = self.roster.iter().filter_map(|one| one.greeting);
        let next = greetings.map(|greeting| greeting.lost_at).min();
        next.map(|at| (at, "a greeting never ended"))
    }
}
