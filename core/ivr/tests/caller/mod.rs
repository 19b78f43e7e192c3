//! A caller, a leg and a door for the entry script, in virtual time.

#![allow(dead_code, reason = "each test file uses its part")]

use std::time::{Duration, Instant};

use conclave_contract::{Clip, PlayOutcome, RecordEnd, Recording, Segment};
use conclave_ivr::{Entry, EntryInput, EntryOutput, EntryPlan, PinVerdict};
use conclave_model::{CallEnd, Digit, Language, LocalIds, PlayId, Prompt, RecordId, limits};

pub struct Caller {
    pub now: Instant,
    entry: Entry,
    ids: LocalIds,
    pin: &'static str,
    pub tries: u8,
    pub playing: Option<PlayId>,
    pub recording: Option<RecordId>,
    /// In words, in order.
    pub heard: Vec<String>,
    pub ready: Vec<Option<u64>>,
    pub hung_up: Vec<CallEnd>,
    /// The door said yes, or there is none.
    pub accepted: bool,
}

impl Caller {
    /// `pin`: empty for a room without.
    pub fn answered(pin: &'static str, ask_name: bool) -> Self {
        let plan = EntryPlan {
            ask_name,
            ..EntryPlan::new(Language::English)
        };
        Self::answered_with(pin, plan)
    }

    /// As planned but for the PIN.
    pub fn answered_with(pin: &'static str, plan: EntryPlan) -> Self {
        let plan = EntryPlan {
            ask_pin: !pin.is_empty(),
            ..plan
        };
        let mut caller = Self {
            now: some_moment(),
            entry: Entry::new(plan),
            ids: LocalIds::default(),
            pin,
            tries: 0,
            playing: None,
            recording: None,
            heard: Vec::new(),
            ready: Vec::new(),
            hung_up: Vec::new(),
            accepted: pin.is_empty(),
        };
        caller.input(EntryInput::Start);
        caller
    }

    /// Answered, and the silence is over.
    pub fn greeted(pin: &'static str, ask_name: bool) -> Self {
        let mut caller = Self::answered(pin, ask_name);
        caller.wait(limits::ANSWER_SILENCE);
        caller
    }

    pub fn types(&mut self, keys: &str) {
        for key in keys.chars() {
            let digit = Digit::from_char(key).expect("a key");
            self.input(EntryInput::Digit(digit));
        }
    }

    /// Time passes; every deadline on the way is kept.
    pub fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some((deadline, _)) = self.entry.poll_timeout()
            && deadline <= end
        {
            self.now = self.now.max(deadline);
            let mut out = Vec::new();
            self.entry.handle_timeout(self.now, &mut self.ids, &mut out);
            self.obey(out);
        }
        self.now = end;
    }

    /// What is playing comes to its end.
    pub fn listens(&mut self) {
        let play = self.playing.take().expect("something is playing");
        self.input(EntryInput::Played(play, PlayOutcome::Finished));
    }

    /// The recording ends with `speech_ms` of speech; 0: with none.
    pub fn says(&mut self, speech_ms: usize) {
        let record = self.recording.take().expect("something is recorded");
        let clip = (speech_ms > 0).then(|| Clip::new(vec![1; speech_ms * 16]));
        let recording = Recording {
            clip,
            ended_by: RecordEnd::Silence,
        };
        self.input(EntryInput::Recorded(record, recording));
    }

    pub fn input(&mut self, input: EntryInput) {
        let mut out = Vec::new();
        self.entry.handle(self.now, input, &mut self.ids, &mut out);
        self.obey(out);
    }

    pub fn last_heard(&self) -> &str {
        self.heard.last().map_or("", String::as_str)
    }

    pub fn debug(&self) -> String {
        format!("{:?}", self.entry)
    }

    fn obey(&mut self, outputs: Vec<EntryOutput>) {
        for output in outputs {
            assert!(self.hung_up.is_empty(), "{output:?} after the end");
            match output {
                EntryOutput::Play { play, segments, .. } => {
                    self.playing = Some(play);
                    self.heard.push(words(&segments));
                }
                EntryOutput::StopPlay => self.playing = None,
                EntryOutput::Record { record, .. } => self.recording = Some(record),
                EntryOutput::StopRecord => {}
                EntryOutput::TryPin { digits, complete } => {
                    let verdict = self.door(&digits, complete);
                    self.input(EntryInput::Pin(verdict));
                }
                EntryOutput::Ready { name } => {
                    self.ready.push(name.map(|clip| clip.duration_ms()));
                }
                EntryOutput::HangUp(end) => self.hung_up.push(end),
            }
        }
    }

    fn door(&mut self, digits: &[Digit], complete: bool) -> PinVerdict {
        let typed: String = digits.iter().map(|digit| digit.to_char()).collect();
        if typed == self.pin && self.tries < limits::PIN_TRIES {
            self.accepted = true;
            PinVerdict::Accepted
        } else if !complete && typed.len() < self.pin.len() {
            PinVerdict::NotYet
        } else {
            self.tries += 1;
            PinVerdict::Wrong {
                tries_left: limits::PIN_TRIES.saturating_sub(self.tries),
            }
        }
    }
}

fn words(segments: &[Segment]) -> String {
    let words: Vec<String> = segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Prompt(Prompt::Beep, _) => Some("*".to_owned()),
            Segment::Prompt(prompt, _) => Some(prompt.file_stem()),
            Segment::Clip(clip) => Some(format!("<{}>", clip.duration_ms())),
            Segment::Silence(_) => None,
        })
        .collect();
    words.join(" ")
}

#[expect(clippy::disallowed_methods, reason = "a test starts at some moment")]
fn some_moment() -> Instant {
    Instant::now()
}
