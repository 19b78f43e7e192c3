//! Whatever callers, administrators, store and media do in whatever order: nothing is left over.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use conclave_api::{LiveChange, ParticipantKey, Request, Response, RoomKey};
use conclave_contract::Event as MediaEvent;
use conclave_model::{Chance, PinOf, RoomDraft, RoomPatch, TextMessage};
use conclave_sip::{OutgoingText, Path, SessionId, Transport};

use super::Town;
use super::town::{Line, Store};
use crate::Input;

const PIN: &str = "627184";

#[test]
fn after_any_day_the_tables_are_empty_and_every_call_has_its_line() {
    for seed in 0..60 {
        let mut chance = Chance::from_seed([seed; 32]);
        // So many calls a second of one stranger would be paced.
        let office = "192.0.2.7".parse().unwrap();
        let mut town = Town::with(|config| config.own_networks = vec![office]);
        town.add_room("801", Some(PIN));
        town.add_room("802", None);
        let mut sessions = Vec::new();
        for _ in 0..150 {
            act(&mut town, &mut chance, &mut sessions);
        }
        town.store_catches_up();
        town.input(Input::Shutdown);
        town.pass(Duration::from_secs(120));
        assert!(town.shutdown_complete, "seed {seed}");
        town.assert_empty();
        assert_eq!(town.records.len(), sessions.len(), "seed {seed}");
        let told = format!("{:?} {:?}", town.logs, town.happenings);
        assert!(!told.contains(PIN), "seed {seed}");
        assert!(!told.contains("secret plan"), "seed {seed}");
        let logs = town.logs.join("\n");
        assert!(!logs.contains("0891234567"), "seed {seed}");
    }
}

fn act(town: &mut Town, chance: &mut Chance, sessions: &mut Vec<SessionId>) {
    match chance.below(21) {
        0..=4 => {
            let users = ["801", "802", "801*627184", "801*111111", "999999"];
            let user = users[chance.below(5) as usize];
            let session = match chance.below(8) {
                0 => town.dial_with(user, None),
                1 => town.dial_with(user, Some(b"garbage".to_vec())),
                2 => town.dial_unanswered(user),
                _ => town.dial(user),
            };
            sessions.push(session);
        }
        5..=7 => {
            if let Some(line) = some_line(town, chance) {
                let keys = ["1", "#", "*", PIN, PIN, "111111"][chance.below(6) as usize];
                town.press(line, keys);
            }
        }
        8 => {
            if !sessions.is_empty() {
                let which = chance.below(u32::try_from(sessions.len()).unwrap());
                town.phone.bye(town.now, sessions[which as usize], None);
                town.run();
            }
        }
        9..=12 => {
            let time = Duration::from_millis(u64::from(chance.below(5_000)));
            town.pass(time);
        }
        13 => disturb(town, chance),
        14 => {
            let modes = [Store::Keeps, Store::Fails, Store::Dawdles(Vec::new())];
            town.store_catches_up();
            town.store = modes.into_iter().nth(chance.below(3) as usize).unwrap();
        }
        15 => garbage(town, chance),
        20 => write(town, chance),
        _ => administrate(town, chance),
    }
}

fn write(town: &mut Town, chance: &mut Chance) {
    if let Some(line) = some_line(town, chance) {
        let kind = ["text/plain", "application/x", "image/png"][chance.below(3) as usize];
        let text = TextMessage::new(kind, b"the secret plan".to_vec());
        let text = Arc::new(OutgoingText { from: None, text });
        town.phone.text(town.now, line.session, &text);
        town.run();
    }
}

fn some_line(town: &Town, chance: &mut Chance) -> Option<Line> {
    let legs: Vec<_> = town.studio.legs.keys().copied().collect();
    let count = u32::try_from(legs.len()).unwrap();
    (count > 0).then(|| Line {
        session: SessionId(0),
        leg: legs[chance.below(count) as usize],
    })
}

fn disturb(town: &mut Town, chance: &mut Chance) {
    let Some(Line { leg, .. }) = some_line(town, chance) else {
        return;
    };
    let stage = town.studio.leg(leg).stage;
    match (chance.below(4), stage) {
        (0, Some(stage)) => town.media(MediaEvent::StageFailed { stage }),
        (1, Some(stage)) => {
            town.node.poison.room = town.node.live.of_stage(stage);
            town.media(MediaEvent::Talking { leg, talking: true });
            town.node.poison.room = None;
        }
        (2, _) => town.media(MediaEvent::MediaLost { leg }),
        _ => town.media(MediaEvent::Talking { leg, talking: true }),
    }
}

fn garbage(town: &mut Town, chance: &mut Chance) {
    let mut bytes = [0; 64];
    chance.fill(&mut bytes);
    let path = Path {
        transport: Transport::Udp,
        local: SocketAddr::from(([192, 0, 2, 1], 5_060)),
        remote: SocketAddr::from(([198, 51, 100, 9], 9)),
        conn: None,
    };
    let bytes = match chance.below(2) {
        0 => &bytes[..],
        _ => b"INVITE sip:801@192.0.2.1 SIP/2.0\r\nCall-ID: x\r\n\r\n",
    };
    town.input(Input::Datagram { path, bytes });
}

fn administrate(town: &mut Town, chance: &mut Chance) {
    let key = RoomKey::new(["801", "802", "803", "standup"][chance.below(4) as usize]);
    let if_version = None;
    let yes = chance.below(2) == 0;
    let request = match chance.below(11) {
        0 => {
            let mut draft = RoomDraft::new("Made".parse().unwrap());
            draft.pin = Some(None);
            Request::CreateRoom(draft)
        }
        1 => Request::UpdateRoom {
            key,
            patch: RoomPatch {
                extension: Some(
                    ["801", "802", "803"][chance.below(3) as usize]
                        .parse()
                        .unwrap(),
                ),
                ..RoomPatch::default()
            },
            if_version,
        },
        2 if chance.below(4) == 0 => Request::DeleteRoom { key, if_version },
        3 => Request::NewPin {
            key,
            new: conclave_api::NewPin {
                of: PinOf::Room,
                role: None,
                profile: None,
                pin: conclave_api::PinWish::These(PIN.parse().unwrap()),
            },
        },
        4 if yes => Request::ClearPin {
            key,
            of: PinOf::Room,
        },
        5 => Request::SetLive {
            key,
            change: LiveChange {
                locked: Some(yes),
                muted_all: Some(!yes),
                muted_all_but: None,
                recording: Some(yes),
            },
            by: "chaos".to_owned(),
        },
        6 if yes => Request::EndLive(key),
        7 => {
            if let Ok(Response::Live(live)) = town.ask(Request::ShowLive(key.clone()))
                && let Some(one) = live.participants.first()
            {
                let who = ParticipantKey::new(&one.id);
                Request::RemoveParticipant { key, who }
            } else {
                Request::Status
            }
        }
        8 => Request::ListLive,
        9 => Request::ListRooms { query: None },
        _ => Request::ShowLive(key),
    };
    town.ask_later(request);
}
