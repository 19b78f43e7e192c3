//! The way of one caller from the answer to the room; compares no PIN and sends no packet.

use std::time::Instant;

use conclave_contract::{Clip, PlayOutcome, Recording};
use conclave_model::{CallEnd, Digit, LocalIds, PlayId, RecordId, limits};

use crate::name_entry::{NameEntry, NameProgress};
use crate::pin_entry::{AHEAD_MAX, PinEntry, PinProgress};
use crate::{
    EntryInput, EntryOutput, EntryPlan, Farewell, FarewellOutput, PinVerdict, RefusedEntry,
    farewell,
};

/// The script of one caller: a silence, the PIN, the name, ready.
///
/// It comes to exactly one of [`EntryOutput::Ready`] and [`EntryOutput::HangUp`], whatever is lost
/// on the way, unless the caller is gone first: then drop it. Between `Ready` and the room's word
/// it still takes [`EntryInput::Turned`]; after the caller is in the room, drop it.
#[derive(Debug)]
pub struct Entry {
    plan: EntryPlan,
    step: Step,
    /// A PIN of known length is taken on its last digit; `#` out of habit belongs to it until then.
    pound_until: Option<Instant>,
}

#[derive(Debug)]
enum Step {
    Unanswered,
    Silence { until: Instant, ahead: Ahead },
    Pin(PinEntry),
    Name(NameEntry),
    Ready,
    Leaving(Farewell),
}

/// Digits of a dial string that came before the first word.
#[derive(Default)]
struct Ahead(Vec<Digit>);

impl std::fmt::Debug for Ahead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ahead(••••)")
    }
}

impl Entry {
    #[must_use]
    pub fn new(plan: EntryPlan) -> Self {
        Self {
            plan,
            step: Step::Unanswered,
            pound_until: None,
        }
    }

    pub fn handle(
        &mut self,
        now: Instant,
        input: EntryInput,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        match input {
            EntryInput::Start => self.start(now),
            EntryInput::Digit(digit) => self.digit(now, digit, ids, out),
            EntryInput::Played(play, outcome) => self.played(now, play, outcome, ids, out),
            EntryInput::Recorded(record, recording) => {
                self.recorded(now, record, recording, ids, out);
            }
            EntryInput::Pin(verdict) => self.verdict(now, verdict, ids, out),
            EntryInput::Turned(why) => self.turned(now, why, ids, out),
        }
    }

    pub fn handle_timeout(&mut self, now: Instant, ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        match &mut self.step {
            Step::Unanswered | Step::Ready => {}
            Step::Silence { until, .. } if *until > now => {}
            Step::Silence { ahead, .. } => {
                let ahead = std::mem::take(ahead);
                self.speak_first(now, ahead, ids, out);
            }
            Step::Pin(pin) => {
                let progress = pin.handle_timeout(now, ids, out);
                self.pin_went_on(now, progress, ids, out);
            }
            Step::Name(name) => {
                let progress = name.handle_timeout(now, ids, out);
                self.name_went_on(progress, out);
            }
            Step::Leaving(farewell) => {
                through_farewell(out, |said| farewell.handle_timeout(now, said));
            }
        }
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Option<(Instant, &'static str)> {
        match &self.step {
            Step::Unanswered | Step::Ready => None,
            Step::Silence { until, .. } => Some((*until, "the silence after the answer")),
            Step::Pin(pin) => Some(pin.poll_timeout()),
            Step::Name(name) => Some(name.poll_timeout()),
            Step::Leaving(farewell) => farewell.poll_timeout(),
        }
    }

    fn start(&mut self, now: Instant) {
        if matches!(self.step, Step::Unanswered) {
            self.step = Step::Silence {
                until: now + limits::ANSWER_SILENCE,
                ahead: Ahead::default(),
            };
        }
    }

    fn digit(
        &mut self,
        now: Instant,
        digit: Digit,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        match &mut self.step {
            Step::Unanswered | Step::Ready | Step::Leaving(_) => {}
            Step::Silence { ahead, .. } => {
                if ahead.0.len() < AHEAD_MAX {
                    ahead.0.push(digit);
                }
            }
            Step::Pin(pin) => pin.digit(now, digit, ids, out),
            Step::Name(name) => {
                let ends_pin = self.pound_until.take().is_some_and(|until| now < until);
                if !(ends_pin && digit == Digit::POUND) {
                    let progress = name.digit(now, digit, ids, out);
                    self.name_went_on(progress, out);
                }
            }
        }
    }

    fn played(
        &mut self,
        now: Instant,
        play: PlayId,
        _outcome: PlayOutcome,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        match &mut self.step {
            Step::Unanswered | Step::Ready | Step::Silence { .. } => {}
            Step::Pin(pin) => pin.played(now, play),
            Step::Name(name) => name.played(now, play, ids, out),
            Step::Leaving(farewell) => through_farewell(out, |said| farewell.played(play, said)),
        }
    }

    fn recorded(
        &mut self,
        now: Instant,
        record: RecordId,
        recording: Recording,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        if let Step::Name(name) = &mut self.step {
            let progress = name.recorded(now, record, recording, ids, out);
            self.name_went_on(progress, out);
        }
    }

    fn verdict(
        &mut self,
        now: Instant,
        verdict: PinVerdict,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        self.plan.follow(verdict);
        match &mut self.step {
            Step::Unanswered | Step::Silence { .. } if verdict.opens() => {
                self.plan.ask_pin = false;
            }
            Step::Pin(pin) => {
                let progress = pin.verdict(now, verdict, ids, out);
                self.pin_went_on(now, progress, ids, out);
            }
            Step::Unanswered
            | Step::Silence { .. }
            | Step::Name(_)
            | Step::Ready
            | Step::Leaving(_) => {}
        }
    }

    fn turned(
        &mut self,
        now: Instant,
        why: RefusedEntry,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        match &self.step {
            Step::Leaving(_) => return,
            Step::Name(name) => name.stop(out),
            // The farewell replaces a prompt that plays.
            Step::Unanswered | Step::Silence { .. } | Step::Pin(_) | Step::Ready => {}
        }
        self.say_farewell(now, why.end(), ids, out);
    }

    fn speak_first(
        &mut self,
        now: Instant,
        ahead: Ahead,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        if self.plan.ask_pin {
            let pin = PinEntry::begin(now, &self.plan, ahead.0, ids, out);
            self.step = Step::Pin(pin);
        } else {
            self.after_pin(now, ids, out);
        }
    }

    fn pin_went_on(
        &mut self,
        now: Instant,
        progress: PinProgress,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        match progress {
            PinProgress::Typing => {}
            PinProgress::Passed => {
                self.pound_until = Some(now + limits::NEXT_DIGIT);
                self.after_pin(now, ids, out);
            }
            PinProgress::GaveUp(end) => self.say_farewell(now, end, ids, out),
        }
    }

    fn after_pin(&mut self, now: Instant, ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        if self.plan.ask_name {
            let name = NameEntry::begin(now, &self.plan, ids, out);
            self.step = Step::Name(name);
        } else {
            self.ready(None, out);
        }
    }

    fn name_went_on(&mut self, progress: NameProgress, out: &mut Vec<EntryOutput>) {
        match progress {
            NameProgress::Asking => {}
            NameProgress::Done(name) => self.ready(name, out),
        }
    }

    fn ready(&mut self, name: Option<Clip>, out: &mut Vec<EntryOutput>) {
        self.step = Step::Ready;
        out.push(EntryOutput::Ready { name });
    }

    fn say_farewell(
        &mut self,
        now: Instant,
        end: CallEnd,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        let words = self.plan.wording.say(farewell(end), self.plan.language);
        let farewell = through_farewell(out, |said| Farewell::new(now, end, words, ids, said));
        self.step = Step::Leaving(farewell);
    }
}

fn through_farewell<T>(
    out: &mut Vec<EntryOutput>,
    act: impl FnOnce(&mut Vec<FarewellOutput>) -> T,
) -> T {
    let mut said = Vec::new();
    let result = act(&mut said);
    out.extend(said.into_iter().map(|output| match output {
        FarewellOutput::Play { play, segments } => EntryOutput::Play {
            play,
            segments,
            stop_on_digit: false,
        },
        FarewellOutput::HangUp(end) => EntryOutput::HangUp(end),
    }));
    result
}
