//! SIP in a datagram and on a stream; knows only what a user agent says about it.

use std::net::SocketAddr;
use std::time::Instant;

use conclave_model::Chance;
use conclave_sip::{
    Answer, ConnId, Event, Package, Path, Refusal, Transmit, Transport, Ua, UaConfig,
};

/// One datagram: at most an answer to it and a provisional one, and each of them a message.
pub(super) fn message(input: &[u8]) -> Result<(), String> {
    let mut one = Side::new(Transport::Udp);
    one.ua.handle_datagram(one.now, one.path, input);
    let sent = one.drain();
    if sent.len() > MOST_ANSWERS {
        return Err(format!("{} answers to one datagram", sent.len()));
    }
    for copy in std::iter::from_fn(|| one.ua.poll_copy()) {
        let _ = copy.readable();
    }
    sent.iter()
        .try_for_each(|transmit| is_one_message(&transmit.bytes))
}

/// A stream has the same messages in it however it is cut.
pub(super) fn stream(input: &[u8]) -> Result<(), String> {
    let (whole, said) = read_in_pieces(input, input.len().max(1));
    // Of the input, so that a failing one says it again.
    let size = 1 + usize::from(input.first().copied().unwrap_or_default());
    let (cut, _) = read_in_pieces(input, size);
    if whole != cut {
        return Err(format!(
            "{} messages, and in pieces of {size} bytes {} or others",
            whole.len(),
            cut.len()
        ));
    }
    let mut said = said.iter().filter(|bytes| bytes.as_slice() != b"\r\n");
    said.try_for_each(|bytes| is_one_message(bytes))
}

/// The messages that were found, and what was answered.
fn read_in_pieces(input: &[u8], size: usize) -> (Vec<String>, Vec<Vec<u8>>) {
    let mut one = Side::new(Transport::Tcp);
    let conn = ConnId(1);
    one.path.conn = Some(conn);
    one.ua.handle_stream_opened(one.now, conn, one.path);
    let (mut found, mut said) = (Vec::new(), Vec::new());
    for segment in input.chunks(size) {
        one.ua.handle_stream(one.now, conn, segment);
        said.extend(one.drain().into_iter().map(|transmit| transmit.bytes));
        let copies = std::iter::from_fn(|| one.ua.poll_copy()).filter(|copy| copy.came);
        found.extend(copies.map(|copy| copy.readable().text));
        if one.ua.poll_close().is_some() {
            break;
        }
    }
    (found, said)
}

/// What we write is cut out of a stream as exactly one message, and read without a fault.
fn is_one_message(bytes: &[u8]) -> Result<(), String> {
    let mut peer = Side::new(Transport::Tcp);
    let conn = ConnId(1);
    peer.path.conn = Some(conn);
    peer.ua.handle_stream_opened(peer.now, conn, peer.path);
    peer.ua.handle_stream(peer.now, conn, bytes);
    let counters = peer.ua.counters();
    let read = counters.responses_in + counters.requests_in;
    let faults = counters.garbage_in + counters.malformed_in + counters.streams_broken;
    if read == 1 && faults == 0 {
        return Ok(());
    }
    let text = String::from_utf8_lossy(bytes);
    Err(format!(
        "what we wrote is read as {read} messages with {faults} faults: {text:?}"
    ))
}

/// 100, and a final answer with a repetition that came meanwhile.
const MOST_ANSWERS: usize = 3;

struct Side {
    ua: Ua,
    path: Path,
    now: Instant,
}

impl Side {
    fn new(transport: Transport) -> Self {
        let config = UaConfig {
            registers: true,
            packages: PACKAGES,
            copies: true,
            ..UaConfig::default()
        };
        Self {
            ua: Ua::new(config, Chance::from_seed([7; 32])),
            path: Path {
                transport,
                local: SocketAddr::from(([192, 0, 2, 1], 5_060)),
                remote: SocketAddr::from(([192, 0, 2, 2], 5_060)),
                conn: None,
            },
            now: Instant::now(),
        }
    }

    /// Answers whatever is asked, and takes what is to be sent.
    fn drain(&mut self) -> Vec<Transmit> {
        while let Some(event) = self.ua.poll_event() {
            match event {
                Event::Incoming { session, .. } => {
                    self.ua.refuse(self.now, session, Refusal::new(486));
                }
                Event::Asked { id, .. } => self.ua.answer(self.now, id, &Answer::new(403)),
                Event::Text { id, .. } => self.ua.answer_text(self.now, id, Ok(())),
                Event::Reoffered { session, .. } => {
                    self.ua.refuse_offer(self.now, session, 488);
                }
                Event::Subscribing { id, .. } => {
                    self.ua.subscribed(self.now, id);
                    self.ua.notify(self.now, id, b"<state/>");
                }
                Event::Resubscribed { id } | Event::Notified { id } => {
                    self.ua.notify(self.now, id, b"<state/>");
                }
                Event::SubscriptionEnded { .. }
                | Event::Cancelled { .. }
                | Event::Acknowledged { .. }
                | Event::Info { .. }
                | Event::Progress { .. }
                | Event::Answered { .. }
                | Event::Refused { .. }
                | Event::OfferAnswered { .. }
                | Event::RequestAnswered { .. }
                | Event::RequestFailed { .. }
                | Event::Ended { .. } => {}
            }
        }
        std::iter::from_fn(|| self.ua.poll_transmit()).collect()
    }
}

const PACKAGES: &[Package] = &[Package {
    name: "conference",
    content_type: "application/conference-info+xml",
}];
