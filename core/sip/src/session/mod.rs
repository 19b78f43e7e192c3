//! One INVITE session from the first INVITE to its end; each file here is one of its concerns.

mod answer;
mod farewell;
mod inside;
mod offer;
mod prack;
mod refresh;
mod table;
mod texts;
mod uac;
mod uas;

pub(crate) use refresh::Terms;
pub(crate) use table::Sessions;

use answer::{LastAck, Unacked};
use offer::{OfferIn, OfferOut};
use refresh::Refresh;
use texts::Texts;
use uac::Calling;
use uas::Incoming;

use crate::desk::Desk;
use crate::dialog::Dialog;
use crate::message::{Fields, Method};
use crate::timers::SessionAlarm;
use crate::transaction::{ClientKey, Outcome, Purpose};
use crate::{EndReason, SessionId};

pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) dialog: Dialog,
    stage: Stage,
    /// Our 2xx that waits for its ACK.
    unacked: Option<Unacked>,
    /// The peer's offer that waits for the owner.
    offer_in: Option<OfferIn>,
    /// Our offer that waits for the peer.
    offer_out: Option<OfferOut>,
    /// Our next offer, which waits for its turn.
    offer_next: Option<Vec<u8>>,
    refresh: Refresh,
    texts: Texts,
    /// What we described last: a refreshing re-INVITE says it again.
    local_sdp: Vec<u8>,
    /// For a 2xx that comes again.
    last_ack: Option<LastAck>,
    /// The number of our INVITE whose 2xx brought an offer that the owner has yet to answer.
    ack_due: Option<u32>,
    /// Tags of phones that answered our call after the first.
    forks: Vec<Vec<u8>>,
    /// We made the Call-ID.
    we_called: bool,
    /// BYE is wanted but must wait for the ACK of our 2xx (RFC 3261 §15); its Reason.
    bye_waiting: Option<Option<String>>,
}

enum Stage {
    /// An INVITE of the peer without a final answer.
    Incoming(Box<Incoming>),
    /// An INVITE of ours without one.
    Calling(Box<Calling>),
    Talking,
    /// Our BYE is on its way.
    Leaving(EndReason),
    Over,
}

impl Session {
    fn new(id: SessionId, dialog: Dialog, stage: Stage) -> Self {
        Self {
            id,
            dialog,
            stage,
            unacked: None,
            offer_in: None,
            offer_out: None,
            offer_next: None,
            refresh: Refresh::default(),
            texts: Texts::default(),
            local_sdp: Vec::new(),
            last_ack: None,
            ack_due: None,
            forks: Vec::new(),
            we_called: false,
            bye_waiting: None,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    pub(crate) fn handle_alarm(&mut self, desk: &mut Desk<'_>, alarm: SessionAlarm) {
        match alarm {
            SessionAlarm::ResendAnswer => self.resend_answer(desk),
            SessionAlarm::NoAck => self.give_up_on_ack(desk),
            SessionAlarm::ResendReliable => self.resend_reliable(desk),
            SessionAlarm::NoPrack => self.give_up_on_prack(desk),
            SessionAlarm::Remind => self.remind(desk),
            SessionAlarm::InviteExpires => self.invite_expired(desk),
            SessionAlarm::CancelIgnored => self.end(desk, EndReason::ByUs),
            SessionAlarm::Refresh => self.send_refresh(desk),
            SessionAlarm::SessionExpires => self.expire(desk),
            SessionAlarm::RetryOffer => self.retry_offer(desk),
        }
    }

    /// What became of a request we sent.
    pub(crate) fn handle_outcome(
        &mut self,
        desk: &mut Desk<'_>,
        purpose: Purpose,
        key: ClientKey,
        outcome: Outcome<'_>,
    ) {
        match purpose {
            Purpose::Invite => self.invite_outcome(desk, key, outcome),
            Purpose::Offer => self.offer_outcome(desk, key, outcome),
            Purpose::Bye => self.bye_outcome(desk, outcome),
            Purpose::Info | Purpose::Prack => self.minor_outcome(desk, outcome),
            Purpose::Text => self.text_outcome(desk, key, outcome),
            Purpose::Cancel | Purpose::Discard | Purpose::Alone | Purpose::Notify => {}
        }
    }

    pub(crate) fn info(&mut self, desk: &mut Desk<'_>, content_type: &str, body: &[u8]) {
        if matches!(self.stage, Stage::Talking) {
            let body = Some((content_type, body));
            self.send(desk, Method::Info, Fields::new(), body, Purpose::Info);
        }
    }

    /// A request in the dialog with the next number.
    fn send(
        &mut self,
        desk: &mut Desk<'_>,
        method: Method,
        fields: Fields,
        body: Option<(&str, &[u8])>,
        purpose: Purpose,
    ) -> ClientKey {
        let request = self.dialog.next_request(desk.hands, method, fields, body);
        desk.clients
            .open(desk.hands, desk.now, request, self.id, purpose)
    }

    /// An INFO or PRACK: only the end of the dialog matters (RFC 5057).
    fn minor_outcome(&mut self, desk: &mut Desk<'_>, outcome: Outcome<'_>) {
        if let Stage::Talking = self.stage
            && let Some(loss) = loss_of_dialog(outcome)
        {
            self.lose(desk, loss);
        }
    }
}

/// How an outcome ends the dialog, if it does: 481, 408, silence, or no way to the peer.
fn loss_of_dialog(outcome: Outcome<'_>) -> Option<Loss> {
    match outcome {
        Outcome::Response(response) => match response.status() {
            Some(481) => Some(Loss::Forgotten),
            Some(408) => Some(Loss::Silent),
            _ => None,
        },
        Outcome::Timeout => Some(Loss::Silent),
        Outcome::TransportFailed => Some(Loss::Unreachable),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    /// The peer has no such dialog: a BYE would meet 481 too.
    Forgotten,
    Silent,
    Unreachable,
}
