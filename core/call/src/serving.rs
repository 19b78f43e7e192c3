//! A call under a number that is no room, where a script leads; decides nothing the script does.

use conclave_contract::Command;
use conclave_ivr::{Service, ServiceInput, ServiceOutput, ServicePlan};
use conclave_model::Digit;

use crate::state::CallState;
use crate::{Call, Turn};

impl Call {
    pub(crate) fn begin_service(
        &mut self,
        turn: &mut Turn<'_>,
        plan: ServicePlan,
        keys: Vec<Digit>,
    ) {
        self.history.timeline.note(turn.wall, plan.moment());
        self.state = CallState::Serving(Service::new(plan));
        self.feed_service(turn, ServiceInput::Start);
        for key in keys {
            self.feed_service(turn, ServiceInput::Digit(key));
        }
    }

    /// Ignored by a call that is elsewhere.
    pub(crate) fn feed_service(&mut self, turn: &mut Turn<'_>, input: ServiceInput) {
        let mut out = Vec::new();
        if let CallState::Serving(service) = &mut self.state {
            service.handle(turn.now, input, &mut out);
        }
        self.follow_service(turn, out);
    }

    pub(crate) fn service_timeout(&mut self, turn: &mut Turn<'_>) {
        let mut out = Vec::new();
        if let CallState::Serving(service) = &mut self.state {
            service.handle_timeout(turn.now, turn.ids, &mut out);
        }
        self.follow_service(turn, out);
    }

    /// Before the leg is used for anything else.
    pub(crate) fn stop_echo(&mut self, turn: &mut Turn<'_>) {
        if let CallState::Serving(_) = &self.state {
            let (leg, on) = (self.ids.leg, false);
            turn.media(Command::SetEcho { leg, on });
        }
    }

    fn follow_service(&mut self, turn: &mut Turn<'_>, outputs: Vec<ServiceOutput>) {
        let leg = self.ids.leg;
        for output in outputs {
            match output {
                ServiceOutput::Play { play, segments } => turn.media(Command::Play {
                    leg,
                    play,
                    segments,
                    stop_on_digit: false,
                }),
                ServiceOutput::Echo => turn.media(Command::SetEcho { leg, on: true }),
                // Whoever has a seat goes back to it.
                ServiceOutput::Over(end) if self.home.is_some() => self.end_script(turn, end),
                ServiceOutput::Over(end) => self.say_farewell(turn, end, None),
            }
        }
    }
}
