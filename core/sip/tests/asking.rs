//! Requests of ours outside of dialogs, against a registrar written here by hand.

#![allow(
    clippy::disallowed_methods,
    reason = "one real instant is where virtual time begins"
)]

use std::time::{Duration, Instant};

use conclave_model::Chance;
use conclave_sip::digest::Credentials;
use conclave_sip::{
    ConnId, Event, OutMethod, OutRequestId, OutgoingRequest, OwnAccount, Path, RequestAnswer,
    RequestFailure, Transport, Ua, UaConfig,
};

struct Desk {
    now: Instant,
    ua: Ua,
}

fn path(transport: Transport) -> Path {
    Path {
        transport,
        local: ([192, 0, 2, 1], 5060).into(),
        remote: ([198, 51, 100, 9], 5060).into(),
        conn: None,
    }
}

fn register(transport: Transport) -> OutgoingRequest {
    OutgoingRequest {
        method: OutMethod::Register,
        path: path(transport),
        target: "sip:carrier.example".to_owned(),
        from: "sip:801@carrier.example".to_owned(),
        to: "sip:801@carrier.example".to_owned(),
        call_id: "call-1".to_owned(),
        sequence: 7,
        route: None,
        contact_user: "cfeed".to_owned(),
        expires_s: Some(600),
        account: Some(OwnAccount {
            user: "801".to_owned(),
            password: "open sesame".to_owned(),
        }),
        login: None,
    }
}

impl Desk {
    fn new() -> Self {
        Self {
            now: Instant::now(),
            ua: Ua::new(UaConfig::default(), Chance::from_seed([5; 32])),
        }
    }

    /// What went out, newest last.
    fn sent(&mut self) -> Vec<String> {
        let all = std::iter::from_fn(|| self.ua.poll_transmit());
        all.map(|one| String::from_utf8_lossy(&one.bytes).into_owned())
            .collect()
    }

    fn only_sent(&mut self) -> String {
        let sent = self.sent();
        let [one] = &sent[..] else { panic!("{sent:?}") };
        one.clone()
    }

    /// Answers a request with a status and further headers.
    fn answer(&mut self, request: &str, status: &str, headers: &str) {
        let mut text = format!("SIP/2.0 {status}\r\n");
        for line in request.lines() {
            let kept = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
            if kept.iter().any(|name| line.starts_with(name)) {
                let line = line.replace(";rport;", ";rport=40000;received=203.0.113.7;");
                text.push_str(&format!("{line}\r\n"));
            }
        }
        text.push_str(&format!("{headers}Content-Length: 0\r\n\r\n"));
        self.ua
            .handle_datagram(self.now, path(Transport::Udp), text.as_bytes());
    }

    fn wait(&mut self, wait: Duration) {
        let end = self.now + wait;
        while let Some((at, _)) = self.ua.poll_timeout().filter(|(at, _)| *at <= end) {
            self.now = at;
            self.ua.handle_timeout(at);
        }
        self.now = end;
    }

    fn answered(&mut self) -> Option<(OutRequestId, RequestAnswer)> {
        let event = self.ua.poll_event()?;
        let Event::RequestAnswered { request, answer } = event else {
            panic!("{event:?}")
        };
        Some((request, *answer))
    }

    fn failed(&mut self) -> Option<RequestFailure> {
        let event = self.ua.poll_event()?;
        let Event::RequestFailed { why, .. } = event else {
            panic!("{event:?}")
        };
        Some(why)
    }
}

const ASKED: &str = "WWW-Authenticate: Digest realm=\"c\", nonce=\"n1\", algorithm=SHA-256, \
                     qop=\"auth\"\r\n";
const STALE: &str = "WWW-Authenticate: Digest realm=\"c\", nonce=\"n2\", algorithm=SHA-256, \
                     qop=\"auth\", stale=true\r\n";

fn credentials(request: &str, header: &str) -> Option<Credentials> {
    let line = request.lines().find_map(|line| line.strip_prefix(header))?;
    Credentials::parse(line.trim().as_bytes())
}

#[test]
fn a_registration_is_asked_for_proved_and_granted() {
    let mut desk = Desk::new();
    let id = desk.ua.request(desk.now, register(Transport::Udp));
    let first = desk.only_sent();
    for part in [
        "REGISTER sip:carrier.example SIP/2.0\r\n",
        "Via: SIP/2.0/UDP 192.0.2.1:5060;rport;branch=z9hG4bK",
        "Contact: <sip:cfeed@192.0.2.1:5060>\r\n",
        "Expires: 600\r\n",
        "CSeq: 7 REGISTER\r\n",
        "Call-ID: call-1\r\n",
    ] {
        assert!(first.contains(part), "{part} in {first}");
    }
    assert!(!first.contains("Authorization"), "{first}");
    desk.answer(&first, "100 Trying", "");
    desk.answer(&first, "401 Unauthorized", ASKED);
    let second = desk.only_sent();
    let proof = credentials(&second, "Authorization:").expect("a proof");
    assert_eq!((proof.user.as_str(), proof.nonce.as_str()), ("801", "n1"));
    assert!(second.contains("CSeq: 8 REGISTER\r\n"), "{second}");
    assert!(!second.contains("sesame"));
    let granted = "Contact: <sip:other@x>;expires=9, <sip:cfeed@192.0.2.1:5060>;expires=300\r\n\
                   Server: kamailio\r\n";
    desk.answer(&second, "200 OK", granted);
    let (request, answer) = desk.answered().expect("an answer");
    assert_eq!((request, answer.status, answer.sequence), (id, 200, 8));
    assert_eq!(answer.granted_s, Some(300));
    assert_eq!(answer.server.as_deref(), Some("kamailio"));
    assert_eq!(answer.seen_as, Some(([203, 0, 113, 7], 40_000).into()));
    // The next one takes the proof along, counted.
    let mut again = register(Transport::Udp);
    (again.sequence, again.login) = (answer.sequence + 1, answer.login);
    desk.ua.request(desk.now, again);
    let third = desk.only_sent();
    let proof = credentials(&third, "Authorization:").expect("the proof again");
    assert_eq!(proof.counted.map(|counted| counted.count), Some(2));
    // Its nonce is too old by now: proved anew, and only once more.
    desk.answer(&third, "401 Unauthorized", STALE);
    let fourth = desk.only_sent();
    assert_eq!(credentials(&fourth, "Authorization:").unwrap().nonce, "n2");
    assert!(!format!("{:?}", register(Transport::Udp)).contains("sesame"));
}

#[test]
fn a_wrong_password_is_tried_once() {
    let mut desk = Desk::new();
    desk.ua.request(desk.now, register(Transport::Udp));
    let first = desk.only_sent();
    desk.answer(&first, "401 Unauthorized", ASKED);
    let second = desk.only_sent();
    desk.answer(&second, "401 Unauthorized", ASKED);
    assert_eq!(desk.answered().expect("refused").1.status, 401);
    assert!(desk.sent().is_empty());
}

#[test]
fn a_registrar_whose_nonces_are_always_old_is_not_followed_for_ever() {
    let mut desk = Desk::new();
    desk.ua.request(desk.now, register(Transport::Udp));
    for _ in 0..3 {
        let request = desk.only_sent();
        desk.answer(&request, "401 Unauthorized", STALE);
    }
    assert_eq!(desk.answered().expect("refused").1.status, 401);
    assert!(desk.sent().is_empty());
}

#[test]
fn a_proxy_is_answered_in_its_own_header() {
    let mut desk = Desk::new();
    desk.ua.request(desk.now, register(Transport::Udp));
    let first = desk.only_sent();
    let asked = ASKED.replace("WWW-Authenticate", "Proxy-Authenticate");
    desk.answer(&first, "407 Proxy Authentication Required", &asked);
    let second = desk.only_sent();
    assert!(
        credentials(&second, "Proxy-Authorization:").is_some(),
        "{second}"
    );
}

#[test]
fn what_cannot_be_proved_is_told_as_it_is() {
    for headers in ["", "WWW-Authenticate: Basic realm=\"x\"\r\n"] {
        let mut desk = Desk::new();
        desk.ua.request(desk.now, register(Transport::Udp));
        let first = desk.only_sent();
        desk.answer(&first, "401 Unauthorized", headers);
        assert_eq!(desk.answered().expect("refused").1.status, 401);
    }
    let mut desk = Desk::new();
    let nobody = OutgoingRequest {
        account: None,
        ..register(Transport::Udp)
    };
    desk.ua.request(desk.now, nobody);
    let first = desk.only_sent();
    desk.answer(&first, "401 Unauthorized", ASKED);
    assert_eq!(desk.answered().expect("refused").1.status, 401);
}

#[test]
fn a_binding_that_is_not_listed_is_not_granted() {
    for (headers, granted) in [
        ("Expires: 60\r\n", Some(60)),
        ("Contact: <sip:cfeed@x>\r\nExpires: 60\r\n", Some(60)),
        ("Contact: <sip:other@x>;expires=60\r\n", None),
        ("", None),
    ] {
        let mut desk = Desk::new();
        desk.ua.request(desk.now, register(Transport::Udp));
        let first = desk.only_sent();
        desk.answer(&first, "200 OK", headers);
        assert_eq!(desk.answered().unwrap().1.granted_s, granted, "{headers}");
    }
}

#[test]
fn too_short_an_interval_is_told_with_the_shortest() {
    let mut desk = Desk::new();
    desk.ua.request(desk.now, register(Transport::Udp));
    let first = desk.only_sent();
    desk.answer(
        &first,
        "423 Interval Too Brief",
        "Min-Expires: 1800\r\nRetry-After: 5\r\n",
    );
    let (_, answer) = desk.answered().unwrap();
    assert_eq!(answer.min_expires_s, Some(1_800));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(5)));
}

#[test]
fn silence_and_a_refused_connection_are_told_apart() {
    let mut desk = Desk::new();
    desk.ua.request(desk.now, register(Transport::Udp));
    desk.wait(Duration::from_secs(31));
    assert_eq!(desk.failed(), None);
    assert!(desk.sent().len() > 5, "asked again and again");
    desk.wait(Duration::from_secs(2));
    assert_eq!(desk.failed(), Some(RequestFailure::Silence));

    let mut desk = Desk::new();
    desk.ua.request(desk.now, register(Transport::Tcp));
    let request = desk.only_sent();
    assert!(
        request.contains("Contact: <sip:cfeed@192.0.2.1:5060;transport=tcp>"),
        "{request}"
    );
    desk.ua
        .handle_connect_failed(desk.now, path(Transport::Tcp));
    assert_eq!(desk.failed(), Some(RequestFailure::NoConnection));
    assert_eq!(desk.ua.transactions(), 0);
}

#[test]
fn over_a_stream_the_answer_names_the_stream() {
    let mut desk = Desk::new();
    desk.ua.request(desk.now, register(Transport::Tcp));
    let request = desk.only_sent();
    let conn = ConnId(9);
    desk.ua
        .handle_stream_opened(desk.now, conn, path(Transport::Tcp));
    let mut text = "SIP/2.0 200 OK\r\n".to_owned();
    for line in request.lines().skip(1).take_while(|line| !line.is_empty()) {
        text.push_str(&format!("{line}\r\n"));
    }
    text.push_str("\r\n");
    desk.ua.handle_stream(desk.now, conn, text.as_bytes());
    let (_, answer) = desk.answered().unwrap();
    assert_eq!(
        (answer.path.conn, answer.granted_s),
        (Some(conn), Some(600))
    );
}

#[test]
fn options_ask_whether_anybody_is_there_and_a_forgotten_request_says_nothing() {
    let mut desk = Desk::new();
    let options = OutgoingRequest {
        method: OutMethod::Options,
        contact_user: String::new(),
        expires_s: None,
        account: None,
        route: Some("sip:proxy.example".to_owned()),
        ..register(Transport::Udp)
    };
    let id = desk.ua.request(desk.now, options.clone());
    let sent = desk.only_sent();
    assert!(
        sent.starts_with("OPTIONS sip:carrier.example SIP/2.0\r\n"),
        "{sent}"
    );
    assert!(sent.contains("Route: <sip:proxy.example;lr>\r\n"), "{sent}");
    assert!(sent.contains("Contact: <sip:192.0.2.1:5060>\r\n"), "{sent}");
    assert!(!sent.contains("Expires"), "{sent}");
    desk.answer(&sent, "404 Not Found", "");
    let (request, answer) = desk.answered().unwrap();
    assert_eq!((request, answer.status), (id, 404));

    let id = desk.ua.request(desk.now, options);
    desk.ua.forget_request(id);
    desk.wait(Duration::from_secs(40));
    assert!(desk.ua.poll_event().is_none());
    assert_eq!(desk.ua.transactions(), 0);
}

#[test]
fn what_is_said_cannot_break_out_of_its_header() {
    let mut desk = Desk::new();
    let hostile = OutgoingRequest {
        target: "sip:a\r\nX: 1".to_owned(),
        from: "sip:a>;tag=x\r\nY: 1".to_owned(),
        ..register(Transport::Udp)
    };
    desk.ua.request(desk.now, hostile);
    let sent = desk.only_sent();
    assert!(
        !sent.contains("\r\nX:") && !sent.contains("\r\nY:"),
        "{sent}"
    );
}
