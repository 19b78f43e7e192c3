//! The laws of every call, whatever happens to it in whatever order.

mod common;

use common::{Bench, LEG, SESSION, commands, offer, room, sip_actions};
use conclave_call::{Output, Purpose, SipAction};
use conclave_contract::{
    Clip, Command, Event as MediaEvent, LegFailure, PlayOutcome, RecordEnd, Recording,
};
use conclave_ivr::{EntryPlan, PinVerdict, RefusedEntry};
use conclave_model::{CallEnd, Chance, Language, PlayId, RecordId};
use conclave_sip::{EndReason, Event as SipEvent, Offer};

#[test]
fn every_call_ends_once_and_says_nothing_after_its_end() {
    for seed in 0..3_000_u32 {
        let mut chance =
            Chance::from_seed(std::array::from_fn(|index| seed.to_le_bytes()[index % 4]));
        let mut bench = newcomer(&mut chance);
        let acts = chance.below(40);
        let mut out = bench.said.clone();
        for _ in 0..acts {
            answer(&mut bench, &mut chance, &out);
            out = random_act(&mut bench, &mut chance);
        }
        answer(&mut bench, &mut chance, &out);
        bring_to_an_end(&mut bench);
        check_laws(&bench, seed);
    }
}

fn newcomer(chance: &mut Chance) -> Bench {
    let language = Language::English;
    let early_media = chance.below(2) == 0;
    let purpose = match chance.below(6) {
        0 => Purpose::NoSuchRoom {
            language,
            early_media,
        },
        1 => Purpose::TurnAway {
            room: room(),
            why: RefusedEntry::Full,
            language,
            wording: conclave_ivr::Wording::default(),
        },
        _ => Purpose::Enter {
            room: room(),
            plan: EntryPlan {
                ask_pin: chance.below(2) == 0,
                ask_name: chance.below(2) == 0,
                ..EntryPlan::new(language)
            },
        },
    };
    let dialled = ["801", "801*627184"][chance.below(2) as usize];
    let offer = (chance.below(4) > 0).then(offer);
    Bench::with(dialled, offer, purpose, 5)
}

/// What the door and the room answer to what was asked of them.
fn answer(bench: &mut Bench, chance: &mut Chance, out: &[Output]) {
    for output in out {
        let more = match output {
            Output::TryPin { .. } => match chance.below(4) {
                0 => bench.turn(|call, turn| call.turned(turn, RefusedEntry::Locked)),
                1 => bench.turn(|call, turn| call.pin(turn, PinVerdict::Accepted)),
                2 => bench.turn(|call, turn| call.pin(turn, PinVerdict::NotYet)),
                _ => bench.turn(|call, turn| call.pin(turn, PinVerdict::Wrong { tries_left: 0 })),
            },
            Output::Ready { .. } if chance.below(3) == 0 => {
                bench.turn(|call, turn| call.turned(turn, RefusedEntry::Full))
            }
            Output::Ready { .. } => bench.turn(|call, turn| call.admitted(turn)),
            Output::VisitOver(_) => comes_home(bench),
            Output::Sip(_)
            | Output::Media(_)
            | Output::Video(_)
            | Output::Answered
            | Output::ForRoom(_)
            | Output::Text { .. }
            | Output::Held(_)
            | Output::LineChanged
            | Output::Left(_)
            | Output::Ended(_) => Vec::new(),
        };
        answer(bench, chance, &more);
    }
}

fn random_act(bench: &mut Bench, chance: &mut Chance) -> Vec<Output> {
    match chance.below(30) {
        0..=3 => bench.open_leg(),
        4..=7 => bench.acknowledge(),
        8..=10 => bench.press(["1", "#", "*", "627184"][chance.below(4) as usize]),
        11..=13 => bench.media(MediaEvent::PlayDone {
            leg: LEG,
            play: PlayId(chance.below(4)),
            outcome: PlayOutcome::Finished,
        }),
        14 => bench.media(MediaEvent::Recorded {
            leg: LEG,
            record: RecordId(chance.below(2)),
            recording: Recording {
                clip: Some(Clip::new(vec![0; 16_000])),
                ended_by: RecordEnd::Silence,
            },
        }),
        15..=17 => bench.expire().unwrap_or_default(),
        18 => bench.sip(SipEvent::Reoffered {
            session: SESSION,
            offer: [None, Some(offer()), Some(Offer(b"?".to_vec()))][chance.below(3) as usize]
                .clone(),
        }),
        19 => bench.sip(SipEvent::Acknowledged {
            session: SESSION,
            answer: Some(offer()),
        }),
        20 => bench.sip(SipEvent::Info {
            session: SESSION,
            content_type: "application/dtmf".to_owned(),
            body: b"5".to_vec(),
        }),
        21 => rare_act(bench, chance),
        26 => bench.writes(),
        27 => bench.turn(|call, turn| {
            let plan = EntryPlan {
                ask_pin: true,
                ..EntryPlan::new(Language::English)
            };
            call.visit(turn, room(), plan);
        }),
        28 => comes_home(bench),
        22 => bench.media(MediaEvent::Talking {
            leg: LEG,
            talking: true,
        }),
        _ => bench.turn(|call, turn| call.handle_timeout(turn)),
    }
}

fn comes_home(bench: &mut Bench) -> Vec<Output> {
    bench.turn(|call, turn| {
        call.come_home(turn);
    })
}

fn rare_act(bench: &mut Bench, chance: &mut Chance) -> Vec<Output> {
    let session = SESSION;
    match chance.below(8) {
        0 => bench.sip(SipEvent::Cancelled { session }),
        1 => bench.sip(SipEvent::Ended {
            session,
            why: EndReason::NoAck,
        }),
        2 => bench.media(MediaEvent::MediaLost { leg: LEG }),
        3 => bench.close_leg(),
        4 => bench.media(MediaEvent::LegFailed {
            leg: LEG,
            why: LegFailure::NoPort,
        }),
        5 => bench.turn(|call, turn| call.dismiss(turn, CallEnd::Removed, None)),
        6 => bench.turn(|call, turn| call.abort(turn, CallEnd::Failed)),
        _ => bench.turn(|call, turn| call.turned(turn, RefusedEntry::Locked)),
    }
}

/// Neither the peer nor the media plane says another word.
fn bring_to_an_end(bench: &mut Bench) {
    bench.turn(|call, turn| call.dismiss(turn, CallEnd::Shutdown, None));
    for _ in 0..50 {
        if bench.expire().is_none() {
            break;
        }
    }
}

fn check_laws(bench: &Bench, seed: u32) {
    let said = &bench.said;
    let ended = |output: &Output| matches!(output, Output::Ended(_));
    let left = |output: &Output| matches!(output, Output::Left(_));
    assert!(bench.call.has_ended(), "seed {seed}: {said:?}");
    assert_eq!(said.iter().filter(|o| ended(o)).count(), 1, "seed {seed}");
    assert!(said.last().is_some_and(ended), "seed {seed}: {said:?}");
    assert!(said.iter().filter(|o| left(o)).count() <= 1, "seed {seed}");

    let last = |action: &SipAction| matches!(action, SipAction::Refuse(_) | SipAction::Bye { .. });
    let actions = sip_actions(said);
    if let Some(place) = actions.iter().position(|action| last(action)) {
        assert_eq!(place + 1, actions.len(), "seed {seed}: {said:?}");
    }
    let accepts = |action: &&&SipAction| matches!(action, SipAction::Accept { .. });
    assert!(actions.iter().filter(accepts).count() <= 1, "seed {seed}");

    let closes = |command: &Command| matches!(command, Command::CloseLeg { .. });
    let commands = commands(said);
    if let Some(place) = commands.iter().position(|command| closes(command)) {
        assert_eq!(place + 1, commands.len(), "seed {seed}: {said:?}");
    }
}
