//! The last sentence of a call that we end; does not know why it ended beyond the word for it.

use std::time::Instant;

use conclave_contract::Segment;
use conclave_model::{CallEnd, LocalIds, PlayId, Prompt, limits};

/// Plays the sentence that fits the end and then hangs up, whatever becomes of the playing.
#[derive(Debug)]
pub struct Farewell {
    end: CallEnd,
    play: PlayId,
    deadline: Option<Instant>,
}

/// What is to be done for the caller.
#[derive(Clone, Debug)]
pub enum FarewellOutput {
    /// As `Command::Play`, not stopped by digits; report its end to [`Farewell::played`].
    Play {
        play: PlayId,
        segments: Vec<Segment>,
    },
    HangUp(CallEnd),
}

impl Farewell {
    /// Begins. Where there are no `words`, it hangs up at once; ours are those of [`farewell`].
    pub fn new(
        now: Instant,
        end: CallEnd,
        words: Vec<Segment>,
        ids: &mut LocalIds,
        out: &mut Vec<FarewellOutput>,
    ) -> Self {
        let play = ids.play();
        let deadline = if words.is_empty() {
            out.push(FarewellOutput::HangUp(end));
            None
        } else {
            let mut segments = vec![Segment::Silence(limits::ANSWER_SILENCE)];
            segments.extend(words);
            out.push(FarewellOutput::Play { play, segments });
            Some(now + limits::PLAY_PATIENCE)
        };
        Self {
            end,
            play,
            deadline,
        }
    }

    /// A play on the caller's leg ended; others' ids are ignored.
    pub fn played(&mut self, play: PlayId, out: &mut Vec<FarewellOutput>) {
        if play == self.play {
            self.hang_up(out);
        }
    }

    pub fn handle_timeout(&mut self, now: Instant, out: &mut Vec<FarewellOutput>) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.hang_up(out);
        }
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        self.deadline
            .map(|deadline| (deadline, "the farewell never ended"))
    }

    /// Once: afterwards there is no deadline and nothing more to say.
    fn hang_up(&mut self, out: &mut Vec<FarewellOutput>) {
        if self.deadline.take().is_some() {
            out.push(FarewellOutput::HangUp(self.end));
        }
    }
}

/// What is said to a caller before we hang up for this reason; empty where nobody would hear it.
#[must_use]
pub const fn farewell(end: CallEnd) -> &'static [Prompt] {
    match end {
        CallEnd::NoSuchRoom => &[Prompt::NoSuchRoom, Prompt::Goodbye],
        CallEnd::WrongPin => &[Prompt::PinWrong, Prompt::Sorry, Prompt::Goodbye],
        CallEnd::NoPin => &[Prompt::Sorry, Prompt::Goodbye],
        CallEnd::RoomFull => &[Prompt::RoomFull, Prompt::Goodbye],
        CallEnd::RoomLocked => &[Prompt::RoomLocked, Prompt::Goodbye],
        CallEnd::LeftByKey | CallEnd::SoundOver => &[Prompt::Goodbye],
        CallEnd::Removed => &[Prompt::Removed, Prompt::Goodbye],
        CallEnd::RoomEnded => &[Prompt::Ended, Prompt::Goodbye],
        CallEnd::LeaderLeft => &[Prompt::LeaderHasLeft, Prompt::Goodbye],
        CallEnd::TimeUp => &[Prompt::TimeUp, Prompt::Goodbye],
        CallEnd::ServerBusy => &[Prompt::ServerBusy, Prompt::Goodbye],
        CallEnd::Shutdown | CallEnd::Failed => &[Prompt::Sorry, Prompt::Goodbye],
        CallEnd::HungUp
        | CallEnd::Cancelled
        | CallEnd::NoCodec
        | CallEnd::NotEncrypted
        | CallEnd::OnlyEncrypted
        | CallEnd::WrongCertificate
        | CallEnd::NoKeys
        | CallEnd::BadOffer
        | CallEnd::MediaLost
        | CallEnd::SignallingLost => &[],
    }
}

#[cfg(test)]
mod tests {
    use conclave_model::Language;

    use super::*;
    use crate::Wording;

    #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
    fn some_moment() -> Instant {
        Instant::now()
    }

    fn begin(end: CallEnd, now: Instant) -> (Farewell, Vec<FarewellOutput>) {
        let mut out = Vec::new();
        let farewell = Farewell::new(
            now,
            end,
            Wording::default().say(farewell(end), Language::German),
            &mut LocalIds::default(),
            &mut out,
        );
        (farewell, out)
    }

    #[test]
    fn every_farewell_hangs_up_once_with_its_own_word() {
        let now = some_moment();
        for end in CallEnd::ALL {
            let (mut script, mut out) = begin(end, now);
            if let Some(FarewellOutput::Play { play, segments }) = out.first().cloned() {
                assert!(!segments.is_empty());
                script.played(play, &mut out);
                script.played(play, &mut out);
                script.handle_timeout(now + limits::PLAY_PATIENCE, &mut out);
            }
            let ends: Vec<CallEnd> = out
                .iter()
                .filter_map(|output| match output {
                    FarewellOutput::HangUp(end) => Some(*end),
                    FarewellOutput::Play { .. } => None,
                })
                .collect();
            assert_eq!(ends, [end]);
            assert!(script.poll_timeout().is_none());
        }
    }

    #[test]
    fn a_farewell_whose_end_is_never_reported_hangs_up_all_the_same() {
        let now = some_moment();
        let (mut script, mut out) = begin(CallEnd::RoomFull, now);
        script.played(PlayId(77), &mut out);
        assert_eq!(out.len(), 1);
        let (deadline, _) = script.poll_timeout().unwrap();
        script.handle_timeout(deadline, &mut out);
        assert!(matches!(out[1], FarewellOutput::HangUp(CallEnd::RoomFull)));
    }

    #[test]
    fn refusals_are_distinct_to_the_ear() {
        let refusals = [
            CallEnd::NoSuchRoom,
            CallEnd::WrongPin,
            CallEnd::RoomFull,
            CallEnd::RoomLocked,
            CallEnd::ServerBusy,
        ];
        for (index, one) in refusals.iter().enumerate() {
            for other in &refusals[index + 1..] {
                assert_ne!(farewell(*one), farewell(*other));
            }
        }
    }
}
