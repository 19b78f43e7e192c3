//! Calls under numbers that are no room: whether they are taken, and what they hear; asks no door.

use std::time::Instant;

use conclave_call::{Call, Purpose};
use conclave_contract::Segment;
use conclave_ivr::{Offers, ServicePlan, Wording, farewell};
use conclave_model::{CallEnd, CallId, HouseService, Language, Prompt, RoomId, limits};
use conclave_room::Stay;

use crate::Node;
use crate::node::Service;
use crate::visits::without_goodbye;

impl Node {
    /// What a new call has come for, if the number is one of these. `own`: the caller's language.
    pub(crate) fn service_purpose(&self, number: &str, own: Option<Language>) -> Option<Purpose> {
        let service = self.extensions.dialled(number)?;
        let language = own.unwrap_or(self.config.default_language);
        if !self.takes_service_calls() {
            return Some(Purpose::Busy {
                room: None,
                language,
                early_media: self.has_breath_for_refusal(),
            });
        }
        let plan = self.service_plan(service, language);
        Some(Purpose::Serve { plan })
    }

    /// One asked by key to go to such a number, and keeps the seat.
    pub(crate) fn begin_service_visit(
        &mut self,
        now: Instant,
        from: RoomId,
        id: CallId,
        to: &str,
    ) -> Result<(), Stay> {
        let service = self.extensions.dialled(to);
        let service = service.filter(|_| self.service == Service::Open);
        let service = service.ok_or(Stay::NoSuchPlace)?;
        let (_, who) = self.seat_of(id).ok_or(Stay::NoSuchPlace)?;
        let seat = self.live.get(from);
        let seat = seat.and_then(|live| live.room.participant(who));
        let language = seat.ok_or(Stay::NoSuchPlace)?.language();
        if !self.takes_service_calls() {
            let busy = Wording::default().say(farewell(CallEnd::ServerBusy), language);
            return Err(Stay::Refused(without_goodbye(busy)));
        }
        let plan = self.service_plan(service, language);
        let name = plan.name();
        self.with_room(now, from, |room, turn| room.go_away(turn, who));
        self.with_call(now, id, |call, turn| call.visit_service(turn, plan));
        self.outbox.info(format!(
            "Call {id} went to {name} by key and keeps its seat"
        ));
        Ok(())
    }

    fn service_plan(&self, service: &HouseService, language: Language) -> ServicePlan {
        let offers = match service {
            HouseService::EchoTest => Offers::EchoTest,
            HouseService::Sound(choice) => {
                let segment = self.shelf.segment(choice, language);
                // Its file was taken away from under it.
                let sorry = || Segment::Prompt(Prompt::Sorry, language);
                Offers::Sound(vec![segment.unwrap_or_else(sorry)])
            }
        };
        ServicePlan { language, offers }
    }

    fn takes_service_calls(&self) -> bool {
        let served = self.calls.iter().filter(|(_, call)| is_served(call));
        self.load_level().takes_calls() && served.count() < limits::SERVICE_CALLS
    }
}

fn is_served(call: &Call) -> bool {
    call.service().is_some()
}
