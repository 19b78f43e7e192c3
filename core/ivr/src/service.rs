//! One caller under a number that is no room: the echo test, or a sound said once; sees no packet.

use std::time::{Duration, Instant};

use conclave_contract::Segment;
use conclave_model::{CallEnd, CallMoment, Digit, Language, LocalIds, PlayId, Prompt, limits};

/// What a caller is to hear.
#[derive(Clone, Debug)]
pub struct ServicePlan {
    pub language: Language,
    pub offers: Offers,
}

/// What there is under the number.
#[derive(Clone, Debug)]
pub enum Offers {
    /// A sentence, then the caller's own voice.
    EchoTest,
    /// This, once.
    Sound(Vec<Segment>),
}

/// The script of one caller: a silence, what is said, the echo if it is one, over.
///
/// It comes to exactly one [`ServiceOutput::Over`], whatever is lost on the way, unless the caller
/// is gone first: then drop it.
#[derive(Debug)]
pub struct Service {
    plan: ServicePlan,
    step: Step,
}

#[derive(Debug)]
enum Step {
    Unanswered,
    Silence { until: Instant },
    Saying { play: PlayId, until: Instant },
    Echo { until: Instant },
    Over,
}

/// Something happened to the caller.
#[derive(Clone, Copy, Debug)]
pub enum ServiceInput {
    /// The caller can hear us: say the first word after a silence.
    Start,
    Digit(Digit),
    /// A `Play` of this script ended. Others' ids are ignored.
    Played(PlayId),
}

/// What is to be done for the caller, in this order.
#[derive(Clone, Debug)]
pub enum ServiceOutput {
    /// As `Command::Play`, not stopped by digits; report its end as [`ServiceInput::Played`].
    Play {
        play: PlayId,
        segments: Vec<Segment>,
    },
    /// From now on the caller hears themselves.
    Echo,
    /// The last word of the script. Whatever plays or echoes is to stop.
    Over(CallEnd),
}

impl ServicePlan {
    /// What the call log notes when it begins.
    #[must_use]
    pub const fn moment(&self) -> CallMoment {
        match self.offers {
            Offers::EchoTest => CallMoment::EchoTested,
            Offers::Sound(_) => CallMoment::SoundPlayed,
        }
    }

    /// For a log line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.offers {
            Offers::EchoTest => "the echo test",
            Offers::Sound(_) => "an announcement",
        }
    }

    fn words(&self) -> Vec<Segment> {
        match &self.offers {
            Offers::EchoTest => vec![Segment::Prompt(Prompt::EchoTest, self.language)],
            Offers::Sound(segments) => segments.clone(),
        }
    }
}

impl Service {
    #[must_use]
    pub fn new(plan: ServicePlan) -> Self {
        Self {
            plan,
            step: Step::Unanswered,
        }
    }

    pub fn handle(&mut self, now: Instant, input: ServiceInput, out: &mut Vec<ServiceOutput>) {
        match input {
            ServiceInput::Start => {
                if matches!(self.step, Step::Unanswered) {
                    let until = now + limits::ANSWER_SILENCE;
                    self.step = Step::Silence { until };
                }
            }
            ServiceInput::Digit(Digit::POUND) => self.over(CallEnd::LeftByKey, out),
            ServiceInput::Digit(_) => {}
            ServiceInput::Played(play) => match self.step {
                Step::Saying { play: ours, .. } if ours == play => self.said(now, out),
                Step::Unanswered
                | Step::Silence { .. }
                | Step::Saying { .. }
                | Step::Echo { .. }
                | Step::Over => {}
            },
        }
    }

    pub fn handle_timeout(
        &mut self,
        now: Instant,
        ids: &mut LocalIds,
        out: &mut Vec<ServiceOutput>,
    ) {
        match self.step {
            Step::Silence { until } if until <= now => {
                let (play, segments) = (ids.play(), self.plan.words());
                let until = now + length(&segments) + limits::PLAY_PATIENCE;
                self.step = Step::Saying { play, until };
                out.push(ServiceOutput::Play { play, segments });
            }
            Step::Saying { until, .. } if until <= now => self.said(now, out),
            Step::Echo { until } if until <= now => self.over(CallEnd::TimeUp, out),
            Step::Unanswered
            | Step::Silence { .. }
            | Step::Saying { .. }
            | Step::Echo { .. }
            | Step::Over => {}
        }
    }

    #[must_use]
    pub const fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        match self.step {
            Step::Unanswered | Step::Over => None,
            Step::Silence { until } => Some((until, "the silence after the answer")),
            Step::Saying { until, .. } => Some((until, "what is said never ended")),
            Step::Echo { until } => Some((until, "an echo test has lasted long enough")),
        }
    }

    fn said(&mut self, now: Instant, out: &mut Vec<ServiceOutput>) {
        match self.plan.offers {
            Offers::EchoTest => {
                let until = now + limits::ECHO_TEST;
                self.step = Step::Echo { until };
                out.push(ServiceOutput::Echo);
            }
            Offers::Sound(_) => self.over(CallEnd::SoundOver, out),
        }
    }

    fn over(&mut self, end: CallEnd, out: &mut Vec<ServiceOutput>) {
        if !matches!(self.step, Step::Over) {
            self.step = Step::Over;
            out.push(ServiceOutput::Over(end));
        }
    }
}

/// Of what may be long; sentences of ours are within anybody's patience.
fn length(segments: &[Segment]) -> Duration {
    let lengths = segments.iter().map(|segment| match segment {
        Segment::Clip(clip) => Duration::from_millis(clip.duration_ms()),
        Segment::Silence(length) => *length,
        Segment::Prompt(..) => Duration::ZERO,
    });
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use conclave_contract::Clip;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A script that was just begun, and the moment.
    fn begun(offers: Offers) -> (Service, Instant) {
        #[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
        let now = Instant::now();
        let language = Language::German;
        let mut service = Service::new(ServicePlan { language, offers });
        service.handle(now, ServiceInput::Start, &mut Vec::new());
        (service, now)
    }

    fn wakes(service: &mut Service, ids: &mut LocalIds) -> (Instant, Vec<ServiceOutput>) {
        let (at, _) = service.poll_timeout().expect("it waits for something");
        let mut out = Vec::new();
        service.handle_timeout(at, ids, &mut out);
        (at, out)
    }

    fn play_of(out: &[ServiceOutput]) -> PlayId {
        match out {
            [ServiceOutput::Play { play, .. }] => *play,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_echo_begins_after_the_sentence_and_ends_by_key_or_by_itself() {
        for by_key in [true, false] {
            let mut ids = LocalIds::default();
            let (mut service, began) = begun(Offers::EchoTest);
            let (at, out) = wakes(&mut service, &mut ids);
            assert_eq!(at, began + limits::ANSWER_SILENCE);
            let play = play_of(&out);
            let mut out = Vec::new();
            service.handle(at, ServiceInput::Played(PlayId(99)), &mut out);
            service.handle(at, ServiceInput::Digit(Digit::STAR), &mut out);
            assert!(out.is_empty());
            service.handle(at, ServiceInput::Played(play), &mut out);
            assert!(matches!(out[..], [ServiceOutput::Echo]), "{out:?}");
            let mut out = Vec::new();
            if by_key {
                service.handle(at, ServiceInput::Digit(Digit::POUND), &mut out);
                service.handle(at, ServiceInput::Digit(Digit::POUND), &mut out);
                assert!(matches!(out[..], [ServiceOutput::Over(CallEnd::LeftByKey)]));
            } else {
                let (ended, out) = wakes(&mut service, &mut ids);
                assert_eq!(ended, at + limits::ECHO_TEST);
                assert!(matches!(out[..], [ServiceOutput::Over(CallEnd::TimeUp)]));
            }
            assert!(service.poll_timeout().is_none());
        }
    }

    #[test]
    fn a_sound_is_said_once_and_waited_for_as_long_as_it_lasts() {
        let mut ids = LocalIds::default();
        let clip = Clip::new(vec![0_i16; 16_000 * 300]);
        let (mut service, _) = begun(Offers::Sound(vec![Segment::Clip(clip)]));
        let (at, out) = wakes(&mut service, &mut ids);
        let play = play_of(&out);
        let mut out = Vec::new();
        service.handle_timeout(at + 299 * SECOND, &mut ids, &mut out);
        assert!(out.is_empty());
        service.handle(at + 300 * SECOND, ServiceInput::Played(play), &mut out);
        assert!(matches!(out[..], [ServiceOutput::Over(CallEnd::SoundOver)]));
    }

    #[test]
    fn whose_end_is_never_reported_ends_all_the_same() {
        let mut ids = LocalIds::default();
        let (mut service, _) = begun(Offers::Sound(Vec::new()));
        wakes(&mut service, &mut ids);
        let (_, out) = wakes(&mut service, &mut ids);
        assert!(matches!(out[..], [ServiceOutput::Over(CallEnd::SoundOver)]));
    }

    #[test]
    fn who_knows_the_key_need_not_listen() {
        let (mut service, now) = begun(Offers::EchoTest);
        let mut out = Vec::new();
        service.handle(now, ServiceInput::Digit(Digit::POUND), &mut out);
        assert!(matches!(out[..], [ServiceOutput::Over(CallEnd::LeftByKey)]));
    }
}
