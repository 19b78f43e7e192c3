//! A hand-written phone: raw text to one user agent, and what it says back.

use std::time::{Duration, Instant};

use conclave_model::Chance;
use conclave_sip::{ConnId, Event, Path, SessionId, Transmit, Transport, Ua, UaConfig};

pub struct Phone {
    pub ua: Ua,
    pub now: Instant,
    pub path: Path,
}

impl Phone {
    #[allow(
        clippy::disallowed_methods,
        reason = "one real instant is where virtual time begins"
    )]
    pub fn new(config: UaConfig) -> Phone {
        Phone {
            ua: Ua::new(config, Chance::from_seed([7; 32])),
            now: Instant::now(),
            path: Path {
                transport: Transport::Udp,
                local: ([192, 0, 2, 1], 5060).into(),
                remote: ([192, 0, 2, 2], 5060).into(),
                conn: None,
            },
        }
    }

    pub fn over_stream(config: UaConfig) -> Phone {
        Phone::over(config, Transport::Tcp)
    }

    pub fn over(config: UaConfig, transport: Transport) -> Phone {
        let mut phone = Phone::new(config);
        phone.path.transport = transport;
        phone.path.conn = Some(ConnId(1));
        phone
            .ua
            .handle_stream_opened(phone.now, ConnId(1), phone.path);
        phone
    }

    /// Sends bytes and returns what comes back at once.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> Vec<String> {
        if self.path.transport.is_stream() {
            self.ua.handle_stream(self.now, ConnId(1), bytes.as_ref());
        } else {
            self.ua.handle_datagram(self.now, self.path, bytes.as_ref());
        }
        self.heard()
    }

    pub fn transmits(&mut self) -> Vec<Transmit> {
        std::iter::from_fn(|| self.ua.poll_transmit()).collect()
    }

    pub fn heard(&mut self) -> Vec<String> {
        let transmits = self.transmits();
        let text = |transmit: Transmit| String::from_utf8_lossy(&transmit.bytes).into_owned();
        transmits.into_iter().map(text).collect()
    }

    /// Sends bytes and returns the statuses that come back.
    pub fn statuses(&mut self, bytes: impl AsRef<[u8]>) -> Vec<u16> {
        self.send(bytes).iter().map(|text| status(text)).collect()
    }

    pub fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.ua.poll_event()).collect()
    }

    pub fn wait(&mut self, span: Duration) {
        let end = self.now + span;
        while let Some((at, _)) = self.ua.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = self.now.max(at);
            self.ua.handle_timeout(self.now);
        }
        self.now = end;
    }

    /// A call that stands. Gives our tag.
    pub fn talk(&mut self) -> (SessionId, String) {
        let invite = request(
            "INVITE",
            "",
            1,
            "Content-Type: application/sdp\r\n",
            "v=0\r\n",
        );
        self.send(invite);
        let Some(Event::Incoming { session, .. }) = self.events().pop() else {
            panic!("no call came in");
        };
        self.ua.accept(self.now, session, b"v=0\r\n".to_vec());
        let ok = self.heard().pop().expect("200");
        let tag = to_tag(&ok);
        self.send(request("ACK", &tag, 1, "", ""));
        assert!(matches!(self.events()[..], [Event::Acknowledged { .. }]));
        (session, tag)
    }
}

pub fn status(text: &str) -> u16 {
    text.get(8..11)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

/// The tag we put into To.
pub fn to_tag(response: &str) -> String {
    let line = response.lines().find(|line| line.starts_with("To:"));
    let tag = line.and_then(|line| line.split(";tag=").nth(1));
    tag.expect("a tag in To").to_owned()
}

/// A request of the phone; `tag` is ours, empty outside a dialog; the branch follows the number.
pub fn request(method: &str, tag: &str, sequence: u32, headers: &str, body: &str) -> String {
    let tag = if tag.is_empty() {
        String::new()
    } else {
        format!(";tag={tag}")
    };
    format!(
        "{method} sip:801@192.0.2.1 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK{method}{sequence}\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:phone@192.0.2.2>;tag=phone\r\n\
         To: <sip:801@192.0.2.1>{tag}\r\n\
         Call-ID: one-call\r\n\
         CSeq: {sequence} {method}\r\n\
         Contact: <sip:phone@192.0.2.2>\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
