//! The typing of a PIN: digits, pauses, tries; cannot compare one and never shows one.

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use conclave_contract::Segment;
use conclave_model::{CallEnd, Digit, Language, LocalIds, PlayId, Prompt, limits};

use crate::{EntryOutput, EntryPlan, PinVerdict, Wording};

/// "Pin, please" until the door says yes, the tries are used up, or nothing is typed.
pub(crate) struct PinEntry {
    language: Language,
    wording: Wording,
    digits: Vec<Digit>,
    /// Typed while the door was thinking.
    ahead: VecDeque<Digit>,
    /// A verdict is awaited.
    asked: bool,
    prompt: Option<PlayId>,
    /// When to repeat the prompt; `None` while it plays.
    repeat_at: Option<Instant>,
    /// By when the first digit of this try must come.
    first_digit_by: Instant,
    /// By when the next one must come; `None` before the first.
    next_digit_by: Option<Instant>,
    end_by: Instant,
}

/// Where the entry stands after something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PinProgress {
    Typing,
    Passed,
    GaveUp(CallEnd),
}

impl PinEntry {
    /// Asks, unless digits have come already.
    pub(crate) fn begin(
        now: Instant,
        plan: &EntryPlan,
        ahead: Vec<Digit>,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> Self {
        let mut entry = Self {
            language: plan.language,
            wording: plan.wording.clone(),
            digits: Vec::with_capacity(*limits::PIN_DIGITS.end()),
            ahead: ahead.into(),
            asked: false,
            prompt: None,
            repeat_at: None,
            first_digit_by: now + limits::FIRST_DIGIT,
            next_digit_by: None,
            end_by: now + limits::PIN_ENTRY,
        };
        entry.take_ahead(now, ids, out);
        if entry.digits.is_empty() && entry.prompt.is_none() {
            entry.say(&[Prompt::PinPlease], ids, out);
        }
        entry
    }

    pub(crate) fn digit(
        &mut self,
        now: Instant,
        digit: Digit,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        if self.ahead.len() < AHEAD_MAX {
            self.ahead.push_back(digit);
        }
        self.take_ahead(now, ids, out);
    }

    pub(crate) fn played(&mut self, now: Instant, play: PlayId) {
        if self.prompt == Some(play) {
            self.prompt = None;
            self.repeat_at = Some(now + limits::PIN_PROMPT_REPEAT);
        }
    }

    pub(crate) fn verdict(
        &mut self,
        now: Instant,
        verdict: PinVerdict,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> PinProgress {
        match verdict {
            PinVerdict::Accepted | PinVerdict::AcceptedAs(_) => {
                self.stop_prompt(out);
                return PinProgress::Passed;
            }
            PinVerdict::NotYet => self.asked = false,
            PinVerdict::Wrong { tries_left: 0 } => {
                self.stop_prompt(out);
                return PinProgress::GaveUp(CallEnd::WrongPin);
            }
            PinVerdict::Wrong { tries_left } => self.try_again(now, tries_left, ids, out),
        }
        self.take_ahead(now, ids, out);
        PinProgress::Typing
    }

    pub(crate) fn handle_timeout(
        &mut self,
        now: Instant,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) -> PinProgress {
        let nothing_typed = self.next_digit_by.is_none() && self.first_digit_by <= now;
        if self.end_by <= now || (nothing_typed && !self.asked) {
            self.stop_prompt(out);
            return PinProgress::GaveUp(CallEnd::NoPin);
        }
        if self.next_digit_by.is_some_and(|by| by <= now) {
            self.next_digit_by = None;
            self.ask_door(true, out);
        } else if self.repeat_at.is_some_and(|at| at <= now) {
            self.say(&[Prompt::PinPlease], ids, out);
        }
        PinProgress::Typing
    }

    pub(crate) fn poll_timeout(&self) -> (Instant, &'static str) {
        let mut next = (self.end_by, "the entry of a PIN takes too long");
        let first = (!self.asked && self.next_digit_by.is_none()).then_some(self.first_digit_by);
        for (deadline, why) in [
            (first, "the first digit of a PIN"),
            (self.next_digit_by, "the next digit of a PIN"),
            (self.repeat_at, "ask for the PIN again"),
        ] {
            if let Some(deadline) = deadline
                && deadline < next.0
            {
                next = (deadline, why);
            }
        }
        next
    }

    fn take_ahead(&mut self, now: Instant, ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        while !self.asked
            && let Some(digit) = self.ahead.pop_front()
        {
            self.take(now, digit, ids, out);
        }
    }

    fn take(&mut self, now: Instant, digit: Digit, ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        match digit {
            Digit::STAR => {
                self.digits.clear();
                self.first_digit_by = now + limits::FIRST_DIGIT;
                self.next_digit_by = None;
                self.say(&[Prompt::PinPlease], ids, out);
            }
            Digit::POUND => self.end_digits(ids, out),
            digit if digit.value().is_some() => {
                self.stop_prompt(out);
                self.digits.push(digit);
                self.next_digit_by = Some(now + limits::NEXT_DIGIT);
                let full = self.digits.len() >= *limits::PIN_DIGITS.end();
                self.ask_door(full, out);
            }
            // A-D are on no caller's keypad and in no PIN.
            _letter => {}
        }
    }

    fn end_digits(&mut self, ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        if !self.digits.is_empty() {
            self.next_digit_by = None;
            self.ask_door(true, out);
        } else if self.prompt.is_none() {
            // While a prompt plays, it is the `#` after the last digit of a wrong PIN: it says
            // nothing new and must not cut short what is being said.
            self.say(&[Prompt::PinPlease], ids, out);
        }
    }

    fn try_again(
        &mut self,
        now: Instant,
        tries_left: u8,
        ids: &mut LocalIds,
        out: &mut Vec<EntryOutput>,
    ) {
        self.asked = false;
        self.digits.clear();
        self.next_digit_by = None;
        self.first_digit_by = now + limits::FIRST_DIGIT;
        let prompts: &[Prompt] = match tries_left {
            1 => &[Prompt::PinWrong, Prompt::OneTryLeft, Prompt::PinPlease],
            2 => &[Prompt::PinWrong, Prompt::TwoTriesLeft, Prompt::PinPlease],
            _more => &[Prompt::PinWrong, Prompt::PinPlease],
        };
        self.say(prompts, ids, out);
    }

    fn ask_door(&mut self, complete: bool, out: &mut Vec<EntryOutput>) {
        self.asked = true;
        out.push(EntryOutput::TryPin {
            digits: self.digits.clone(),
            complete,
        });
    }

    /// Replaces what is being said.
    fn say(&mut self, prompts: &[Prompt], ids: &mut LocalIds, out: &mut Vec<EntryOutput>) {
        let play = ids.play();
        let mut segments = self.wording.say(prompts, self.language);
        if segments.is_empty() {
            // Its end tells when to ask again.
            segments.push(Segment::Silence(limits::ANSWER_SILENCE));
        }
        out.push(EntryOutput::Play {
            play,
            segments,
            // We stop it ourselves: not every digit is meant for us.
            stop_on_digit: false,
        });
        self.prompt = Some(play);
        self.repeat_at = None;
    }

    fn stop_prompt(&mut self, out: &mut Vec<EntryOutput>) {
        self.repeat_at = None;
        if self.prompt.take().is_some() {
            out.push(EntryOutput::StopPlay);
        }
    }
}

/// Neither the digits nor how many there are.
impl fmt::Debug for PinEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinEntry")
            .field("language", &self.language)
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

/// A dial string sends the PIN before we ask: the longest one, `#`, and a little to spare.
pub(crate) const AHEAD_MAX: usize = 16;
const _: () = assert!(AHEAD_MAX > *limits::PIN_DIGITS.end() + 1);
