//! Two ends shake hands over a line that loses, repeats and forges; knows no network.
#![expect(clippy::disallowed_methods, reason = "a test starts at some moment")]

use std::time::{Duration, Instant};

use conclave_dtls::{Association, Failure, Identity, Output, Role, SrtpKeys};
use conclave_model::{Fingerprint, FingerprintHash, limits};
use zeroize::Zeroizing;

#[test]
fn both_ends_have_the_same_keys_crosswise() {
    let mut line = Line::new(|_| Fate::Arrives);
    line.run(Duration::from_secs(1));
    let (phone, server) = line.keys();
    assert_eq!(phone.send, server.receive);
    assert_eq!(phone.receive, server.send);
    assert_ne!(phone.send, phone.receive);
}

#[test]
fn every_datagram_may_be_lost_once() {
    let sent = {
        let mut line = Line::new(|_| Fate::Arrives);
        line.run(Duration::from_secs(1));
        line.sent
    };
    assert!(sent >= 4, "{sent} datagrams make no handshake");
    for lost in 0..sent {
        let mut line = Line::new(move |at| match at == lost {
            true => Fate::Lost,
            false => Fate::Arrives,
        });
        line.run(Duration::from_secs(10));
        let (phone, server) = line.keys();
        assert_eq!(phone.send, server.receive, "datagram {lost} was lost");
    }
}

#[test]
fn what_arrives_twice_or_is_noise_does_no_harm() {
    let mut line = Line::new(|_| Fate::ArrivesTwiceAmongNoise);
    line.run(Duration::from_secs(5));
    let (phone, server) = line.keys();
    assert_eq!(phone.send, server.receive);
}

#[test]
fn a_stranger_with_another_certificate_gets_no_key() {
    let (phone, server, stranger) = (identity(), identity(), identity());
    for wrong in [Role::Active, Role::Passive] {
        let sides = |identity: &Identity| match identity.fingerprint() == phone.fingerprint() {
            true => vec![server.fingerprint().clone()],
            false => vec![phone.fingerprint().clone()],
        };
        let now = Instant::now();
        let (active, passive) = match wrong {
            Role::Active => (&stranger, &server),
            Role::Passive => (&phone, &stranger),
        };
        let mut line = Line {
            phone: Association::new(active, Role::Active, &sides(&phone), now),
            server: Association::new(passive, Role::Passive, &sides(&server), now),
            ..Line::new(|_| Fate::Arrives)
        };
        line.run(limits::DTLS_HANDSHAKE * 2);
        let (mine, keys) = match wrong {
            Role::Active => (&line.server_said, &line.server_keys),
            Role::Passive => (&line.phone_said, &line.phone_keys),
        };
        assert_eq!(mine.as_slice(), [Failure::WrongFingerprint], "{wrong:?}");
        assert_eq!(keys.as_ref(), None);
    }
}

#[test]
fn of_several_fingerprints_the_strongest_hash_counts() {
    let (phone, server) = (identity(), identity());
    let now = Instant::now();
    let weak = phone.fingerprint().clone();
    let wrong = Fingerprint::of(FingerprintHash::Sha512, b"another certificate");
    let mut line = Line {
        phone: Association::new(&phone, Role::Active, &[server.fingerprint().clone()], now),
        server: Association::new(&server, Role::Passive, &[weak, wrong], now),
        ..Line::new(|_| Fate::Arrives)
    };
    line.run(Duration::from_secs(1));
    assert_eq!(line.server_said, [Failure::WrongFingerprint]);
}

#[test]
fn nobody_is_waited_for_without_end() {
    for role in [Role::Active, Role::Passive] {
        let now = Instant::now();
        let mut alone = Association::new(&identity(), role, &[], now);
        let (mut at, mut sent, mut said) = (now, 0, Vec::new());
        while let Some(due) = alone.poll_timeout() {
            assert!(due > at || due <= now + limits::DTLS_HANDSHAKE * 2);
            at = at.max(due);
            alone.handle_timeout(at);
            while let Some(output) = alone.poll() {
                match output {
                    Output::Send(_) => sent += 1,
                    Output::Failed(failure) => said.push(failure),
                    Output::Keys(_) => panic!("there is nobody"),
                }
            }
        }
        assert_eq!(said, [Failure::TimedOut], "{role:?}");
        assert!(at <= now + limits::DTLS_HANDSHAKE, "{:?}", at - now);
        assert!(sent <= 2 * (limits::DTLS_RETRIES + 1), "{sent} datagrams");
    }
}

#[test]
fn to_anything_that_is_no_handshake_nothing_is_answered() {
    let now = Instant::now();
    let mut server = Association::new(&identity(), Role::Passive, &[], now);
    for length in 0..200_u8 {
        for first in [20, 22, 23, 25, 63, 255] {
            let noise: Vec<u8> = std::iter::once(first).chain(0..length).collect();
            server.handle(now, &noise);
        }
    }
    let said: Vec<Output> = std::iter::from_fn(|| server.poll()).collect();
    assert!(said.is_empty(), "{said:?}");
}

/// What becomes of a datagram.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Arrives,
    Lost,
    ArrivesTwiceAmongNoise,
}

/// Decides over each datagram, by its number.
type Weather = dyn FnMut(usize) -> Fate;

/// A phone that begins, a server that waits, and what is between them.
struct Line {
    phone: Association,
    server: Association,
    now: Instant,
    fate: Box<Weather>,
    sent: usize,
    phone_said: Vec<Failure>,
    server_said: Vec<Failure>,
    phone_keys: Option<SrtpKeys>,
    server_keys: Option<SrtpKeys>,
}

impl Line {
    fn new(fate: impl FnMut(usize) -> Fate + 'static) -> Self {
        let (phone, server) = (identity(), identity());
        let now = Instant::now();
        let print = |identity: &Identity| [identity.fingerprint().clone()];
        Self {
            phone: Association::new(&phone, Role::Active, &print(&server), now),
            server: Association::new(&server, Role::Passive, &print(&phone), now),
            now,
            fate: Box::new(fate),
            sent: 0,
            phone_said: Vec::new(),
            server_said: Vec::new(),
            phone_keys: None,
            server_keys: None,
        }
    }

    /// So long, or until both have nothing to wait for.
    fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        loop {
            while self.exchange() {}
            let due = [&self.phone, &self.server].map(Association::poll_timeout);
            match due.into_iter().flatten().min() {
                Some(due) if due <= end => self.now = self.now.max(due),
                Some(_) | None => return,
            }
            self.phone.handle_timeout(self.now);
            self.server.handle_timeout(self.now);
        }
    }

    /// True if anything was said.
    fn exchange(&mut self) -> bool {
        let mut was_said = false;
        for is_phone in [true, false] {
            loop {
                let (from, to) = match is_phone {
                    true => (&mut self.phone, &mut self.server),
                    false => (&mut self.server, &mut self.phone),
                };
                let Some(output) = from.poll() else {
                    break;
                };
                was_said = true;
                let (said, keys) = match is_phone {
                    true => (&mut self.phone_said, &mut self.phone_keys),
                    false => (&mut self.server_said, &mut self.server_keys),
                };
                match output {
                    Output::Send(datagram) => {
                        assert!(datagram.len() <= limits::DTLS_DATAGRAM_BYTES);
                        let fate = (self.fate)(self.sent);
                        self.sent += 1;
                        let times = match fate {
                            Fate::Lost => 0,
                            Fate::Arrives => 1,
                            Fate::ArrivesTwiceAmongNoise => 2,
                        };
                        for _ in 0..times {
                            if fate == Fate::ArrivesTwiceAmongNoise {
                                to.handle(self.now, &[22; 40]);
                                to.handle(self.now, b"");
                            }
                            to.handle(self.now, &datagram);
                        }
                    }
                    Output::Keys(agreed) => assert!(keys.replace(agreed).is_none(), "said once"),
                    Output::Failed(failure) => said.push(failure),
                }
            }
        }
        was_said
    }

    fn keys(&self) -> (&SrtpKeys, &SrtpKeys) {
        let phone = self.phone_keys.as_ref();
        let server = self.server_keys.as_ref();
        let said = (&self.phone_said, &self.server_said);
        let keys = phone.zip(server);
        keys.unwrap_or_else(|| panic!("there are no keys: {said:?}"))
    }
}

fn identity() -> Identity {
    let made =
        rcgen::generate_simple_self_signed(vec!["conclave".to_owned()]).expect("a certificate");
    let key = Zeroizing::new(made.signing_key.serialize_der());
    Identity::new(made.cert.der(), key).expect("an identity")
}
