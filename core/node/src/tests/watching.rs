//! Telephones that subscribed to a room: lamps, lists of contacts and rosters.

use std::time::Duration;

use conclave_api::Request;
use conclave_model::Network;
use conclave_sip::{Path, Transport};

use super::Town;
use super::town::DESK_PORT;
use crate::Input;

/// A desk phone with lamps beside the phone that calls.
struct Desk {
    path: Path,
    sequence: u32,
}

impl Desk {
    fn at(address: [u8; 4]) -> Self {
        Self {
            path: Path {
                transport: Transport::Udp,
                local: ([192, 0, 2, 1], 5_060).into(),
                remote: (address, DESK_PORT).into(),
                conn: None,
            },
            sequence: 0,
        }
    }

    /// What comes back at once.
    fn subscribes(&mut self, town: &mut Town, event: &str, about: &str, tag: &str) -> Vec<String> {
        self.sequence += 1;
        let (remote, sequence) = (self.path.remote, self.sequence);
        let text = format!(
            "SUBSCRIBE sip:{about}@192.0.2.1 SIP/2.0\r\n\
             Via: SIP/2.0/UDP {remote};branch=z9hG4bK{event}{about}{sequence}\r\n\
             Max-Forwards: 70\r\n\
             From: <sip:desk@{remote}>;tag=desk{event}\r\n\
             To: <sip:{about}@192.0.2.1>{tag}\r\n\
             Call-ID: {event}-{about}\r\n\
             CSeq: {sequence} SUBSCRIBE\r\n\
             Contact: <sip:desk@{remote}>\r\n\
             Event: {event}\r\n\
             Expires: 3600\r\n\
             Content-Length: 0\r\n\r\n"
        );
        self.sends(town, &text)
    }

    fn sends(&self, town: &mut Town, text: &str) -> Vec<String> {
        town.input(Input::Datagram {
            path: self.path,
            bytes: text.as_bytes(),
        });
        std::mem::take(&mut town.elsewhere)
    }

    /// Takes every NOTIFY that has come, and gives them.
    fn notified(&self, town: &mut Town) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            let came = std::mem::take(&mut town.elsewhere);
            if came.is_empty() {
                return all;
            }
            for text in came {
                let back = self.sends(town, &answer(&text));
                town.elsewhere.extend(back);
                all.push(text);
                all.dedup();
            }
        }
    }
}

fn answer(notify: &str) -> String {
    let same = |name: &str| {
        let line = notify.lines().find(|line| line.starts_with(name));
        format!("{}\r\n", line.unwrap_or_default())
    };
    let names = ["Via:", "From:", "To:", "Call-ID:", "CSeq:"];
    let lines: String = names.into_iter().map(same).collect();
    format!("SIP/2.0 200 OK\r\n{lines}Content-Length: 0\r\n\r\n")
}

fn town() -> Town {
    let mut town = Town::with(|config| {
        let own: Network = "192.0.2.0/24".parse().unwrap();
        config.own_networks = vec![own];
    });
    town.add_room("801", Some("627184"));
    town
}

/// Subscribes and takes the first NOTIFY. Gives the body.
fn watching(town: &mut Town, desk: &mut Desk, event: &str) -> String {
    let came = desk.subscribes(town, event, "801", "");
    let [ok, notify] = &came[..] else {
        panic!("{came:?}")
    };
    assert!(ok.starts_with("SIP/2.0 200"), "{ok}");
    desk.sends(town, &answer(notify));
    notify.clone()
}

#[test]
fn a_lamp_follows_the_room() {
    let mut town = town();
    let mut desk = Desk::at([192, 0, 2, 9]);
    let first = watching(&mut town, &mut desk, "dialog");
    assert!(
        first.contains("entity=\"sip:801@192.0.2.1\"></dialog-info>"),
        "{first}"
    );

    let line = town.line("801");
    town.pass(Duration::from_secs(2));
    let waits = desk.notified(&mut town);
    assert_eq!(waits.len(), 1, "{waits:?}");
    assert!(waits[0].contains("version=\"1\"") && waits[0].contains("<state>early</state>"));

    town.press(line, "627184");
    town.pass(Duration::from_secs(3));
    let live = desk.notified(&mut town).concat();
    assert!(live.contains("<state>confirmed</state>"), "{live}");

    town.hang_up(line);
    town.pass(Duration::from_secs(20));
    let empty = desk.notified(&mut town).concat();
    assert!(
        empty.contains("entity=\"sip:801@192.0.2.1\"></dialog-info>"),
        "{empty}"
    );
    assert!(!empty.contains("Anna"), "a lamp has no names: {empty}");
}

#[test]
fn who_is_in_is_told_to_those_inside_alone() {
    let mut town = town();
    let mut outside = Desk::at([192, 0, 2, 9]);
    let refused = outside.subscribes(&mut town, "conference", "801", "");
    assert!(
        refused[0].starts_with("SIP/2.0 403 Only For Those Inside"),
        "{refused:?}"
    );

    let anna = town.enter("801", "627184");
    // The same telephone, from another port than its call.
    let mut inside = Desk::at([192, 0, 2, 7]);
    let whole = watching(&mut town, &mut inside, "conference");
    assert!(whole.contains("state=\"full\" version=\"0\""), "{whole}");
    assert!(
        whole.contains("<display-text>Anna</display-text>"),
        "{whole}"
    );
    assert!(whole.contains("<user-count>1</user-count>"), "{whole}");
    assert!(
        !whole.contains("0891234567"),
        "a number is nobody's address: {whole}"
    );

    town.pass(Duration::from_secs(5));
    inside.notified(&mut town);
    town.press(anna, "*6");
    town.pass(Duration::from_secs(5));
    let muted = inside.notified(&mut town).concat();
    assert!(muted.contains("state=\"partial\" version=\"1\""), "{muted}");
    assert!(muted.contains("<status>recvonly</status>"), "{muted}");
    assert!(!muted.contains("conference-description"), "{muted}");
}

#[test]
fn a_room_that_is_none_and_a_stranger_are_refused() {
    let mut town = town();
    let mut desk = Desk::at([192, 0, 2, 9]);
    let none = desk.subscribes(&mut town, "dialog", "899", "");
    assert!(none[0].starts_with("SIP/2.0 404"), "{none:?}");
    // Whether there is such a room is nothing for strangers.
    let mut stranger = Desk::at([203, 0, 113, 5]);
    for about in ["801", "899"] {
        let refused = stranger.subscribes(&mut town, "presence", about, "");
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].starts_with("SIP/2.0 403"), "{refused:?}");
    }
    assert_eq!(town.node.ua_subscriptions(), 0);
}

#[test]
fn a_refresh_is_told_the_whole_once_more() {
    let mut town = town();
    let mut desk = Desk::at([192, 0, 2, 9]);
    let first = watching(&mut town, &mut desk, "presence");
    assert!(first.contains("<basic>open</basic>"), "{first}");
    let tag = first.lines().find_map(|line| line.strip_prefix("From:"));
    let tag = tag.and_then(|from| from.split(";tag=").nth(1)).unwrap();
    let came = desk.subscribes(
        &mut town,
        "presence",
        "801",
        &format!(";tag={}", tag.trim()),
    );
    assert!(came[0].starts_with("SIP/2.0 200"), "{came:?}");
    assert!(came[1].contains("<note>Empty</note>"), "{came:?}");
}

#[test]
fn a_room_that_is_deleted_is_watched_no_longer() {
    let mut town = town();
    let mut desk = Desk::at([192, 0, 2, 9]);
    watching(&mut town, &mut desk, "dialog");
    town.ask(Request::DeleteRoom {
        key: conclave_api::RoomKey::new("801"),
        if_version: None,
    })
    .unwrap();
    town.pass(Duration::from_secs(2));
    let last = desk.notified(&mut town).concat();
    assert!(
        last.contains("Subscription-State: terminated;reason=noresource"),
        "{last}"
    );
    assert_eq!(town.node.ua_subscriptions(), 0);
}

#[test]
fn whoever_watches_is_told_when_we_go() {
    let mut town = town();
    let mut desk = Desk::at([192, 0, 2, 9]);
    watching(&mut town, &mut desk, "dialog");
    town.input(Input::Shutdown);
    let last = desk.notified(&mut town).concat();
    assert!(
        last.contains("Subscription-State: terminated;reason=deactivated"),
        "{last}"
    );
    town.pass(Duration::from_secs(40));
    assert!(town.shutdown_complete);
    town.assert_empty();
}

#[test]
fn what_happens_at_once_is_told_together() {
    let mut town = town();
    let mut desk = Desk::at([192, 0, 2, 9]);
    watching(&mut town, &mut desk, "dialog");
    town.pass(Duration::from_secs(2));
    let lines: Vec<_> = (0..20).map(|_| town.line("801")).collect();
    for line in &lines {
        town.hang_up(*line);
    }
    let mut told = Vec::new();
    for _ in 0..25 {
        town.pass(Duration::from_millis(200));
        told.extend(desk.notified(&mut town));
    }
    assert!(told.len() <= 5, "{} NOTIFYs in five seconds", told.len());
    assert!(!told.is_empty(), "they waited, and are gone");
}
