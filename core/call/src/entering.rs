//! A call between the answer and the room, where a script leads; decides nothing the script does.

use conclave_contract::{Command, PlayOutcome, Segment};
use conclave_ivr::{
    Entry, EntryInput, EntryOutput, EntryPlan, Farewell, FarewellOutput, ServiceInput,
};
use conclave_model::{CallEnd, CallMoment, Digit, PlayId};

use crate::state::CallState;
use crate::{Call, Heard, Output, Purpose, SipAction, Turn, refusal_for};

impl Call {
    /// The answer was acknowledged: the caller can hear us.
    pub(crate) fn answered(&mut self, turn: &mut Turn<'_>, keys: Vec<Digit>) {
        turn.out.push(Output::Answered);
        match &self.purpose {
            Purpose::Enter { plan, .. } => {
                let plan = plan.clone();
                match self.dialled.pin.take() {
                    Some(digits) if plan.ask_pin => {
                        self.state = CallState::ShowingPin { plan, keys };
                        let complete = true;
                        turn.out.push(Output::TryPin { digits, complete });
                    }
                    Some(_) | None => self.begin_entry(turn, plan, keys),
                }
            }
            Purpose::TurnAway { why, .. } => {
                let end = why.end();
                self.say_farewell(turn, end, None);
            }
            Purpose::Serve { plan } => {
                let plan = plan.clone();
                self.begin_service(turn, plan, keys);
            }
            Purpose::NoSuchRoom { .. } => self.say_farewell(turn, CallEnd::NoSuchRoom, None),
            Purpose::Busy { .. } => self.say_farewell(turn, CallEnd::ServerBusy, None),
        }
    }

    pub(crate) fn begin_entry(&mut self, turn: &mut Turn<'_>, plan: EntryPlan, keys: Vec<Digit>) {
        if plan.ask_pin {
            self.history.timeline.note(turn.wall, CallMoment::PinAsked);
        }
        self.state = CallState::Entering(Entry::new(plan));
        self.feed_entry(turn, EntryInput::Start);
        for key in keys {
            self.feed_entry(turn, EntryInput::Digit(key));
        }
    }

    /// Ignored by a call that runs no script.
    pub(crate) fn feed_entry(&mut self, turn: &mut Turn<'_>, input: EntryInput) {
        let mut out = Vec::new();
        if let CallState::Entering(entry) = &mut self.state {
            entry.handle(turn.now, input, turn.ids, &mut out);
        }
        self.follow_entry(turn, out);
    }

    pub(crate) fn entry_timeout(&mut self, turn: &mut Turn<'_>) {
        let mut out = Vec::new();
        if let CallState::Entering(entry) = &mut self.state {
            entry.handle_timeout(turn.now, turn.ids, &mut out);
        }
        self.follow_entry(turn, out);
    }

    fn follow_entry(&mut self, turn: &mut Turn<'_>, outputs: Vec<EntryOutput>) {
        let leg = self.ids.leg;
        for output in outputs {
            match output {
                EntryOutput::Play {
                    play,
                    segments,
                    stop_on_digit,
                } => turn.media(Command::Play {
                    leg,
                    play,
                    segments,
                    stop_on_digit,
                }),
                EntryOutput::StopPlay => turn.media(Command::StopPlay { leg }),
                EntryOutput::Record { record, spec } => {
                    self.history.timeline.note(turn.wall, CallMoment::NameAsked);
                    turn.media(Command::Record { leg, record, spec });
                }
                EntryOutput::StopRecord => turn.media(Command::StopRecord { leg }),
                EntryOutput::TryPin { digits, complete } => {
                    turn.out.push(Output::TryPin { digits, complete });
                }
                EntryOutput::Ready { name } => {
                    if self.history.timeline.has(CallMoment::NameAsked) {
                        let moment = match name {
                            Some(_) => CallMoment::NameGiven,
                            None => CallMoment::NameMissing,
                        };
                        self.history.timeline.note(turn.wall, moment);
                    }
                    turn.out.push(Output::Ready { name });
                }
                EntryOutput::HangUp(end) => self.end_script(turn, end),
            }
        }
    }

    /// After the answer: says why, in these words or those of the purpose, then hangs up. The room
    /// is left at once.
    pub(crate) fn say_farewell(
        &mut self,
        turn: &mut Turn<'_>,
        end: CallEnd,
        words: Option<Vec<Segment>>,
    ) {
        self.leave_room(turn, end);
        self.stop_echo(turn);
        let mut out = Vec::new();
        let words = words.unwrap_or_else(|| self.purpose.farewell(end));
        let farewell = Farewell::new(turn.now, end, words, turn.ids, &mut out);
        self.state = CallState::Leaving { farewell, end };
        self.follow_farewell(turn, out);
    }

    /// Before the answer: says why over the early media, then refuses.
    pub(crate) fn say_refusal(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        let mut out = Vec::new();
        let words = self.purpose.farewell(end);
        let farewell = Farewell::new(turn.now, end, words, turn.ids, &mut out);
        self.state = CallState::Refusing { farewell, end };
        self.follow_farewell(turn, out);
    }

    pub(crate) fn farewell_timeout(&mut self, turn: &mut Turn<'_>) {
        let mut out = Vec::new();
        if let CallState::Refusing { farewell, .. } | CallState::Leaving { farewell, .. } =
            &mut self.state
        {
            farewell.handle_timeout(turn.now, &mut out);
        }
        self.follow_farewell(turn, out);
    }

    /// Something that was played to this caller alone has ended.
    pub(crate) fn played(&mut self, turn: &mut Turn<'_>, play: PlayId, outcome: PlayOutcome) {
        match &mut self.state {
            CallState::Entering(_) => self.feed_entry(turn, EntryInput::Played(play, outcome)),
            CallState::Serving(_) => self.feed_service(turn, ServiceInput::Played(play)),
            CallState::Refusing { farewell, .. } | CallState::Leaving { farewell, .. } => {
                let mut out = Vec::new();
                farewell.played(play, &mut out);
                self.follow_farewell(turn, out);
            }
            CallState::InRoom => {
                let heard = Heard::Played { play, outcome };
                turn.out.push(Output::ForRoom(heard));
            }
            CallState::Opening { .. }
            | CallState::Answering { .. }
            | CallState::ShowingPin { .. }
            | CallState::Closing { .. }
            | CallState::Ended => {}
        }
    }

    fn follow_farewell(&mut self, turn: &mut Turn<'_>, outputs: Vec<FarewellOutput>) {
        let leg = self.ids.leg;
        for output in outputs {
            match output {
                FarewellOutput::Play { play, segments } => turn.media(Command::Play {
                    leg,
                    play,
                    segments,
                    stop_on_digit: false,
                }),
                FarewellOutput::HangUp(end) => {
                    if let CallState::Refusing { .. } = self.state {
                        self.refuse(turn, end);
                    } else {
                        self.hang_up(turn, end);
                    }
                }
            }
        }
    }

    /// A refusal of a call that has a leg, or has asked for one.
    pub(crate) fn refuse(&mut self, turn: &mut Turn<'_>, end: CallEnd) {
        turn.sip(SipAction::Refuse(refusal_for(end)));
        self.close(turn, end);
    }
}
