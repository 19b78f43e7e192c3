//! Text messages inside the dialog (RFC 3428): the peer's at a bounded pace, ours one at a time.

use std::collections::VecDeque;
use std::sync::Arc;

use conclave_model::{Allowance, HOPS_AT_FIRST, TextMessage, limits};

use super::{Session, Stage};
use crate::desk::Desk;
use crate::dialog::Guise;
use crate::message::{Message, Name, Reply, before_params};
use crate::transaction::{ClientKey, Outcome, Purpose, ServerId};
use crate::{Event, OutgoingText, TextId};

/// What we take, as 415 says it.
const ACCEPT: &str = "text/*, application/*";

/// What is written in the dialog, both ways.
pub(super) struct Texts {
    /// Of the peer.
    allowance: Allowance,
    /// Ours that wait for their turn.
    waiting: VecDeque<Arc<OutgoingText>>,
    /// Ours that waits for its answer.
    out: Option<TextOut>,
    refused_in_a_row: u8,
    /// Whatever the peer says it allows.
    wants_no_more: bool,
}

struct TextOut {
    key: ClientKey,
    sequence: u32,
    text: Arc<OutgoingText>,
    is_second_try: bool,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            allowance: Allowance::new(limits::TEXT_BURST, limits::TEXTS_PER_SECOND),
            waiting: VecDeque::new(),
            out: None,
            refused_in_a_row: 0,
            wants_no_more: false,
        }
    }
}

// The peer's -------------------------------------------------------------------------------------

impl Session {
    /// Why a MESSAGE is refused, if it is: told before it costs a transaction, so that a flood
    /// keeps nothing else of its sender out.
    pub(super) fn may_text(&mut self, desk: &mut Desk<'_>, request: &Message) -> Result<(), Reply> {
        match self.stage {
            Stage::Incoming(_) | Stage::Calling(_) | Stage::Talking => {}
            Stage::Leaving(_) | Stage::Over => return Err(Reply::new(481)),
        }
        if !is_taken(request) {
            let reply = Reply::new(415).with("Accept", ACCEPT);
            return Err(reply.with("Accept-Encoding", "identity"));
        }
        let wait = self.texts.allowance.take(desk.now, 1);
        wait.map_err(|wait| {
            // A little later is sure to be late enough.
            let seconds = wait.as_secs() + 1;
            Reply::new(503).with("Retry-After", &seconds.to_string())
        })
    }

    pub(super) fn text_came(&self, desk: &mut Desk<'_>, server: ServerId, request: &Message) {
        let content_type = request.field(Name::ContentType).unwrap_or(b"");
        let hops = request.number(Name::MaxForwards);
        desk.tell(Event::Text {
            session: self.id,
            id: TextId(server.0),
            text: Box::new(TextMessage {
                content_type: unfolded(content_type),
                body: request.body().to_vec(),
                hops_left: hops.map_or(HOPS_AT_FIRST, |hops| u8::try_from(hops).unwrap_or(0)),
            }),
        });
    }
}

fn is_taken(request: &Message) -> bool {
    let content_type = request.field(Name::ContentType).unwrap_or(b"");
    let kind = before_params(content_type)
        .split(|byte| *byte == b'/')
        .next();
    let kind = kind.unwrap_or(b"").trim_ascii();
    let is_known = kind.eq_ignore_ascii_case(b"text") || kind.eq_ignore_ascii_case(b"application");
    let is_plain = content_type.is_ascii() && content_type.len() <= limits::TEXT_TYPE_BYTES;
    let mut codings = request.values(Name::ContentEncoding);
    let is_encoded = codings.any(|coding| !coding.eq_ignore_ascii_case(b"identity"));
    is_known && is_plain && !is_encoded && !request.body().is_empty()
}

/// A line break that only folds a header is white space.
fn unfolded(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

// Ours -------------------------------------------------------------------------------------------

impl Session {
    /// False: it will not be sent.
    pub(crate) fn text(&mut self, desk: &mut Desk<'_>, text: &Arc<OutgoingText>) -> bool {
        if !matches!(self.stage, Stage::Talking) || !self.takes_texts() {
            return false;
        }
        let is_full = self.texts.waiting.len() >= limits::TEXTS_WAITING
            || desk.clients.len() >= desk.hands.config.transactions_max;
        if is_full {
            desk.hands.counters.texts_dropped += 1;
            return false;
        }
        self.texts.waiting.push_back(Arc::clone(text));
        self.text_if_waiting(desk);
        true
    }

    fn takes_texts(&self) -> bool {
        self.dialog.peer_allows_message && !self.texts.wants_no_more
    }

    fn text_if_waiting(&mut self, desk: &mut Desk<'_>) {
        if self.texts.out.is_none()
            && matches!(self.stage, Stage::Talking)
            && let Some(text) = self.texts.waiting.pop_front()
        {
            self.send_text(desk, text, false);
        }
    }

    fn send_text(&mut self, desk: &mut Desk<'_>, text: Arc<OutgoingText>, is_second_try: bool) {
        let guise = Guise {
            name: text.from.as_deref(),
            hops: text.text.hops_left,
        };
        let body = (text.text.content_type.as_str(), text.text.body.as_slice());
        let request = self.dialog.next_text(desk.hands, guise, body);
        let purpose = Purpose::Text;
        let key = desk
            .clients
            .open(desk.hands, desk.now, request, self.id, purpose);
        self.texts.out = Some(TextOut {
            key,
            sequence: self.dialog.local_sequence,
            text,
            is_second_try,
        });
    }

    pub(super) fn text_outcome(
        &mut self,
        desk: &mut Desk<'_>,
        key: ClientKey,
        outcome: Outcome<'_>,
    ) {
        let status = match outcome {
            Outcome::Response(response) => response.status().unwrap_or(500),
            Outcome::Timeout | Outcome::TransportFailed => 408,
        };
        let is_final = status >= 200;
        let Some(out) = self.texts.out.take_if(|out| out.key == key && is_final) else {
            return;
        };
        // Another request of ours came before a lost one that was sent again: the peer never looked
        // at it (RFC 3261 §12.2.2).
        let was_overtaken = out.sequence < self.dialog.local_sequence && !out.is_second_try;
        match status {
            200..=299 => self.texts.refused_in_a_row = 0,
            500 if was_overtaken => return self.send_text(desk, out.text, true),
            405 | 501 => self.want_no_more_texts(desk),
            408 | 481 => self.doubt_dialog(desk, status),
            _ => self.texts.refused_in_a_row += 1,
        }
        if self.texts.refused_in_a_row >= limits::TEXT_REFUSALS {
            self.want_no_more_texts(desk);
        }
        self.text_if_waiting(desk);
    }

    /// A MESSAGE belongs to no usage of the dialog (RFC 5057): what becomes of it ends no call, for
    /// there are phones that know no such thing in a call. A refresh, which the call does hang on,
    /// finds out what is left of it.
    fn doubt_dialog(&mut self, desk: &mut Desk<'_>, status: u16) {
        if status == 481 {
            self.want_no_more_texts(desk);
        } else {
            // Until the peer says again what it allows.
            self.dialog.peer_allows_message = false;
            self.drop_waiting_texts(desk);
        }
        if matches!(self.stage, Stage::Talking) {
            self.refresh_now(desk);
        }
    }

    fn want_no_more_texts(&mut self, desk: &mut Desk<'_>) {
        self.texts.wants_no_more = true;
        self.drop_waiting_texts(desk);
    }

    fn drop_waiting_texts(&mut self, desk: &mut Desk<'_>) {
        desk.hands.counters.texts_dropped += self.texts.waiting.len() as u64;
        self.texts.waiting.clear();
    }

    /// The session is over.
    pub(super) fn drop_texts(&mut self) {
        self.texts.waiting.clear();
        self.texts.out = None;
    }
}
