//! The asking for a spoken name: prompt, tone, recording, once more if empty; stores nothing.

use std::time::Instant;

use conclave_contract::{Clip, RecordEnd, RecordSpec, Recording, Segment};
use conclave_model::{Digit, Language, LocalIds, PlayId, Prompt, RecordId, limits};

use crate::{EntryOutput, EntryPlan};

/// "Please say your name after the tone."
#[derive(Debug)]
pub(crate) struct NameEntry {
    language: Language,
    /// The name is played back if they like, and may be said again.
    reviews: bool,
    asked: u8,
    /// How often they may still listen or say it again.
    wishes_left: u8,
    step: Step,
    /// When the report of the step's end is taken for lost.
    lost_at: Instant,
}

#[derive(Debug)]
enum Step {
    Asking {
        play: PlayId,
        skippable: bool,
    },
    Recording(RecordId),
    /// "Press one to accept, two to listen, three to record again."
    Reviewing {
        name: Clip,
        /// `None` when it has been said.
        play: Option<PlayId>,
    },
}

/// Where the asking stands after something happened.
#[derive(Clone, Debug)]
pub(crate) enum NameProgress {
    Asking,
    /// `None`: nothing was heard, twice.
    Done(Option<Clip>),
}

impl NameEntry {
    pub(crate) fn begin(
        now: Instant,
        plan: &EntryPlan,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> Self {
        let prompts = [Prompt::SayYourName, Prompt::Beep];
        Self {
            language: plan.language,
            reviews: plan.review_name,
            asked: 1,
            wishes_left: limits::NAME_WISHES,
            step: say(&prompts, plan.language, ids, out),
            lost_at: now + limits::PLAY_PATIENCE,
        }
    }

    /// Before the tone any key goes straight to it; after it, any key ends the recording.
    pub(crate) fn digit(
        &mut self,
        now: Instant,
        digit: Digit,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> NameProgress {
        match &self.step {
            Step::Asking {
                skippable: true, ..
            } => {
                let play = ids.play();
                push_play(play, &[Prompt::Beep], self.language, out);
                self.step = Step::Asking {
                    play,
                    skippable: false,
                };
                self.lost_at = now + limits::PLAY_PATIENCE;
            }
            Step::Asking {
                skippable: false, ..
            } => {}
            // A digit in the sound has ended it already; one that came by SIP INFO has not.
            Step::Recording(_) => out.push(EntryOutput::StopRecord),
            Step::Reviewing { name, play } => {
                let (name, is_heard) = (name.clone(), play.is_some());
                return self.wished(now, digit, name, is_heard, ids, out);
            }
        }
        NameProgress::Asking
    }

    pub(crate) fn played(
        &mut self,
        now: Instant,
        ended: PlayId,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        match &mut self.step {
            Step::Asking { play, .. } if *play == ended => self.record(now, ids, out),
            Step::Reviewing { play, .. } if *play == Some(ended) => {
                *play = None;
                self.lost_at = now + limits::NAME_REVIEW;
            }
            Step::Asking { .. } | Step::Recording(_) | Step::Reviewing { .. } => {}
        }
    }

    pub(crate) fn recorded(
        &mut self,
        now: Instant,
        ended: RecordId,
        recording: Recording,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> NameProgress {
        match self.step {
            Step::Recording(record) if record == ended => match recording.ended_by {
                // The call ends in a moment; if it does not, the deadline goes on.
                RecordEnd::Gone => NameProgress::Asking,
                RecordEnd::Silence | RecordEnd::Digit | RecordEnd::Limit | RecordEnd::Stopped => {
                    self.heard(now, recording.clip, ids, out)
                }
            },
            Step::Recording(_) | Step::Asking { .. } | Step::Reviewing { .. } => {
                NameProgress::Asking
            }
        }
    }

    pub(crate) fn handle_timeout(
        &mut self,
        now: Instant,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> NameProgress {
        if now < self.lost_at {
            return NameProgress::Asking;
        }
        match &self.step {
            Step::Asking { .. } => {
                self.record(now, ids, out);
                NameProgress::Asking
            }
            Step::Recording(_) => NameProgress::Done(None),
            Step::Reviewing { name, .. } => NameProgress::Done(Some(name.clone())),
        }
    }

    pub(crate) fn poll_timeout(&self) -> (Instant, &'static str) {
        let why = match self.step {
            Step::Asking { .. } => "the prompt for the name never ended",
            Step::Recording(_) => "the recording of the name never ended",
            Step::Reviewing { .. } => "the name is taken when nothing is pressed",
        };
        (self.lost_at, why)
    }

    /// Nothing of it is to be heard any more.
    pub(crate) fn stop(&self, out: &mut Vec<EntryOutput>) {
        out.push(match self.step {
            Step::Asking { .. } | Step::Reviewing { .. } => EntryOutput::StopPlay,
            Step::Recording(_) => EntryOutput::StopRecord,
        });
    }

    fn record(&mut self, now: Instant, ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        let record = ids.record();
        out.push(EntryOutput::Record {
            record,
            spec: RecordSpec {
                length_max: limits::NAME_LENGTH,
                end_silence: limits::NAME_END_SILENCE,
                speech_min: limits::NAME_SPEECH_MIN,
                stop_on_digit: true,
            },
        });
        self.step = Step::Recording(record);
        self.lost_at = now + limits::NAME_LENGTH + limits::RECORD_PATIENCE;
    }

    fn heard(
        &mut self,
        now: Instant,
        clip: Option<Clip>,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> NameProgress {
        if let Some(name) = clip {
            if self.reviews && self.wishes_left > 0 {
                self.review(now, name, false, ids, out);
                return NameProgress::Asking;
            }
            return NameProgress::Done(Some(name));
        }
        if self.asked >= TIMES_ASKED {
            return NameProgress::Done(None);
        }
        self.asked += 1;
        let prompts = [Prompt::NoNameHeard, Prompt::SayYourName, Prompt::Beep];
        self.step = say(&prompts, self.language, ids, out);
        self.lost_at = now + limits::PLAY_PATIENCE;
        NameProgress::Asking
    }

    /// 1 takes the name, 2 plays it, 3 asks for another; any other key brings the question again.
    fn wished(
        &mut self,
        now: Instant,
        digit: Digit,
        name: Clip,
        is_heard: bool,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> NameProgress {
        let wish = digit.value();
        if wish == Some(1) || self.wishes_left == 0 {
            if is_heard {
                out.push(EntryOutput::StopPlay);
            }
            return NameProgress::Done(Some(name));
        }
        self.wishes_left -= 1;
        if wish == Some(3) {
            self.asked = 1;
            self.step = say(
                &[Prompt::SayYourName, Prompt::Beep],
                self.language,
                ids,
                out,
            );
            self.lost_at = now + limits::PLAY_PATIENCE;
        } else {
            self.review(now, name, wish == Some(2), ids, out);
        }
        NameProgress::Asking
    }

    fn review(
        &mut self,
        now: Instant,
        name: Clip,
        is_played: bool,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        let play = ids.play();
        let question = Segment::Prompt(Prompt::NameReview, self.language);
        let mut segments = Vec::new();
        if is_played {
            segments.push(Segment::Clip(name.clone()));
        }
        segments.push(question);
        out.push(EntryOutput::Play {
            play,
            segments,
            stop_on_digit: false,
        });
        self.step = Step::Reviewing {
            name,
            play: Some(play),
        };
        self.lost_at = now + limits::PLAY_PATIENCE;
    }
}

fn say(
    prompts: &[Prompt],
    language: Language,
    ids: &mut LocalIds,
    out: &mut Vec<EntryOutput>,
) -> Step {
    let play = ids.play();
    push_play(play, prompts, language, out);
    Step::Asking {
        play,
        skippable: true,
    }
}

fn push_play(play: PlayId, prompts: &[Prompt], language: Language, out: &mut Vec<EntryOutput>) {
    out.push(EntryOutput::Play {
        play,
        segments: prompts
            .iter()
            .map(|prompt| Segment::Prompt(*prompt, language))
            .collect(),
        stop_on_digit: false,
    });
}

/// Who is silent twice wants to be "a caller".
const TIMES_ASKED: u8 = 2;
