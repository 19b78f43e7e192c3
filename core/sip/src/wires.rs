//! The open streams: cuts their bytes into messages; opens and closes none itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

use conclave_model::limits;

use crate::message::{ContentLength, HeadEnd, content_length, find_head_end};
use crate::timers::{Alarm, TimerId, Timers};
use crate::{ConnId, Path, Transport};

#[derive(Debug, Default)]
pub(crate) struct Wires {
    open: BTreeMap<ConnId, Wire>,
    /// What is open over TCP does not serve what is to go over TLS.
    by_remote: BTreeMap<(Transport, SocketAddr), ConnId>,
}

#[derive(Debug)]
struct Wire {
    path: Path,
    /// Bytes of a message that is not complete.
    held: Vec<u8>,
    /// How much of `held` holds no end of a head.
    searched: usize,
    /// Length of the message in `held`, once its head is complete.
    whole: Option<Framed>,
    /// Bytes still to come of a body that is too large to keep.
    skip: usize,
    /// How much of a double CRLF was the last that came.
    ping_bytes: usize,
    stalled: Option<TimerId>,
}

/// The two parts of a message, in bytes.
#[derive(Clone, Copy, Debug)]
struct Framed {
    head: usize,
    body: usize,
}

/// The end of the message cannot be known.
struct Lost;

/// What a stream brought.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Message(Vec<u8>),
    /// The head of a message whose body is dropped: 413.
    HeadOnly(Vec<u8>),
    /// A double CRLF that wants a single one back (RFC 5626 §3.5.1).
    Ping,
    /// Where the next message begins cannot be known; `held` is what there was.
    Broken(Vec<u8>),
}

impl Wires {
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    pub(crate) fn path(&self, conn: ConnId) -> Option<Path> {
        self.open.get(&conn).map(|wire| wire.path)
    }

    pub(crate) fn open(&mut self, conn: ConnId, path: Path) {
        let path = Path {
            conn: Some(conn),
            ..path
        };
        self.by_remote.insert((path.transport, path.remote), conn);
        let wire = Wire {
            path,
            held: Vec::new(),
            searched: 0,
            whole: None,
            skip: 0,
            ping_bytes: 0,
            stalled: None,
        };
        self.open.insert(conn, wire);
    }

    pub(crate) fn close(&mut self, conn: ConnId, timers: &mut Timers) {
        if let Some(mut wire) = self.open.remove(&conn) {
            timers.cancel(&mut wire.stalled);
            let place = (wire.path.transport, wire.path.remote);
            if self.by_remote.get(&place) == Some(&conn) {
                self.by_remote.remove(&place);
            }
        }
    }

    /// The stream to use for `path`: its own while it is open, else another to the same place.
    pub(crate) fn resolve(&self, path: Path) -> Path {
        let own = path.conn.filter(|conn| self.open.contains_key(conn));
        let place = (path.transport, path.remote);
        let conn = own.or_else(|| self.by_remote.get(&place).copied());
        let wire = conn.and_then(|conn| self.open.get(&conn));
        wire.map_or(Path { conn: None, ..path }, |wire| wire.path)
    }

    /// Adds bytes; then [`Wires::cut`] until it gives nothing.
    pub(crate) fn push(&mut self, conn: ConnId, bytes: &[u8]) {
        if let Some(wire) = self.open.get_mut(&conn) {
            let skipped = wire.skip.min(bytes.len());
            wire.skip -= skipped;
            wire.held.extend_from_slice(&bytes[skipped..]);
        }
    }

    /// The next message of the stream, if it is complete.
    pub(crate) fn cut(&mut self, conn: ConnId) -> Option<Cut> {
        self.open.get_mut(&conn)?.cut()
    }

    /// Starts or stops the clock of a message that is not complete.
    pub(crate) fn watch(&mut self, now: Instant, conn: ConnId, timers: &mut Timers) {
        let Some(wire) = self.open.get_mut(&conn) else {
            return;
        };
        if wire.held.is_empty() {
            timers.cancel(&mut wire.stalled);
        } else if wire.stalled.is_none() {
            let at = now + limits::SIP_STREAM_STALL;
            let why = "a message on a stream must become complete";
            wire.stalled = Some(timers.set(at, Alarm::StreamStalled(conn), why));
        }
    }
}

impl Wire {
    fn cut(&mut self) -> Option<Cut> {
        if let Some(ping) = self.drop_blank_lines() {
            return Some(ping);
        }
        if self.held.is_empty() {
            // An idle stream keeps no buffer.
            self.held = Vec::new();
            return None;
        }
        let framed = match self.whole {
            Some(framed) => framed,
            None => match self.frame()? {
                Ok(framed) => framed,
                Err(Lost) => return Some(Cut::Broken(self.take(self.held.len()))),
            },
        };
        let whole = framed.head.saturating_add(framed.body);
        if whole > limits::SIP_MESSAGE_BYTES {
            let present = self.held.len().min(whole) - framed.head;
            self.skip = framed.body - present;
            let mut head = self.take(framed.head + present);
            head.truncate(framed.head);
            return Some(Cut::HeadOnly(head));
        }
        if self.held.len() < whole {
            self.whole = Some(framed);
            return None;
        }
        Some(Cut::Message(self.take(whole)))
    }

    /// Where the message in `held` ends; `None` while its head is not complete.
    fn frame(&mut self) -> Option<Result<Framed, Lost>> {
        let head = match find_head_end(&self.held, self.searched) {
            HeadEnd::At(end) => end,
            HeadEnd::Open if self.held.len() > limits::SIP_HEADER_BYTES => return Some(Err(Lost)),
            HeadEnd::Open => {
                self.searched = self.held.len();
                return None;
            }
        };
        let body = match content_length(&self.held[..head]) {
            (ContentLength::Is(length), _) => length,
            // Without a body's type there is no body; the header is merely forgotten.
            (ContentLength::Absent, false) => 0,
            (ContentLength::Absent, true) | (ContentLength::Unusable, _) => return Some(Err(Lost)),
        };
        let body = usize::try_from(body).unwrap_or(usize::MAX);
        Some(Ok(Framed { head, body }))
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        self.searched = 0;
        self.whole = None;
        if count == self.held.len() {
            return std::mem::take(&mut self.held);
        }
        let rest = self.held.split_off(count);
        std::mem::replace(&mut self.held, rest)
    }

    /// Blank lines before a message mean nothing, two of them are a keep-alive.
    fn drop_blank_lines(&mut self) -> Option<Cut> {
        const PING: &[u8; 4] = b"\r\n\r\n";
        if self.searched > 0 || self.whole.is_some() {
            return None;
        }
        let mut dropped = 0;
        while let Some(byte @ (b'\r' | b'\n')) = self.held.get(dropped) {
            dropped += 1;
            let expected = *byte == PING[self.ping_bytes];
            self.ping_bytes = if expected { self.ping_bytes + 1 } else { 0 };
            if self.ping_bytes == PING.len() {
                self.ping_bytes = 0;
                self.held.drain(..dropped);
                return Some(Cut::Ping);
            }
        }
        self.held.drain(..dropped);
        if !self.held.is_empty() {
            self.ping_bytes = 0;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONN: ConnId = ConnId(1);

    fn wires() -> Wires {
        let mut wires = Wires::default();
        let path = Path {
            transport: Transport::Tcp,
            local: "192.0.2.1:5060".parse().unwrap(),
            remote: "192.0.2.2:40000".parse().unwrap(),
            conn: None,
        };
        wires.open(CONN, path);
        wires
    }

    fn cuts(wires: &mut Wires) -> Vec<Cut> {
        std::iter::from_fn(|| wires.cut(CONN)).collect()
    }

    #[test]
    fn messages_are_cut_whatever_the_segments() {
        let first = b"A b SIP/2.0\r\nl : 3\r\nX: y\r\n\r\nabc".to_vec();
        let second = b"C d SIP/2.0\r\n\r\n".to_vec();
        let stream = [first.as_slice(), b"\r\n", &second, b"\r\n\r\n", &first].concat();
        for size in 1..stream.len() {
            let mut wires = wires();
            let mut found = Vec::new();
            for segment in stream.chunks(size) {
                wires.push(CONN, segment);
                found.extend(cuts(&mut wires));
            }
            let expected = [
                Cut::Message(first.clone()),
                Cut::Message(second.clone()),
                Cut::Ping,
                Cut::Message(first.clone()),
            ];
            assert_eq!(found, expected, "{size}");
            assert_eq!(wires.open[&CONN].held.capacity(), 0);
        }
    }

    #[test]
    fn a_body_too_large_is_skipped_and_the_stream_goes_on() {
        let mut wires = wires();
        let head = b"A b SIP/2.0\r\nl: 200000\r\n\r\n";
        wires.push(CONN, head);
        let mut found = cuts(&mut wires);
        for _ in 0..200 {
            wires.push(CONN, &[b'x'; 1_000]);
            found.extend(cuts(&mut wires));
        }
        wires.push(CONN, b"C d SIP/2.0\r\n\r\n");
        found.extend(cuts(&mut wires));
        let next = Cut::Message(b"C d SIP/2.0\r\n\r\n".to_vec());
        assert_eq!(found, [Cut::HeadOnly(head.to_vec()), next]);
    }

    #[test]
    fn a_length_that_cannot_be_used_breaks_the_stream() {
        for length in [
            "l: x",
            "l: 1\r\nl: 2",
            "l: -1",
            "c: text/plain",
            "l: 99999999999",
        ] {
            let mut wires = wires();
            wires.push(CONN, format!("A b SIP/2.0\r\n{length}\r\n\r\n").as_bytes());
            assert!(matches!(cuts(&mut wires)[..], [Cut::Broken(_)]), "{length}");
        }
    }

    #[test]
    fn a_head_without_end_is_not_kept() {
        let mut wires = wires();
        wires.push(CONN, b"A b SIP/2.0\r\n");
        for _ in 0..40 {
            wires.push(CONN, &[b'x'; 1_000]);
            if !cuts(&mut wires).is_empty() {
                assert!(wires.open[&CONN].held.is_empty());
                return;
            }
        }
        panic!("kept without bound");
    }
}
