//! What participants write to each other, and the events that their phones are told.

mod hall;

use std::sync::Arc;
use std::time::Duration;

use conclave_model::confbridge::UserProfile;
use conclave_model::{CallId, RecordingId, RoomPatch, TextMessage, UnixMillis, limits};
use conclave_room::{Label, MutedBy, PhoneEventKind, TextRefused};
use hall::{Guest, Hall, PIN};

fn hall(options: &str) -> Hall {
    let mut hall = Hall::without_music();
    hall.change(RoomPatch {
        options: Some(options.to_owned()),
        ..RoomPatch::default()
    });
    hall
}

fn profile(hall: &mut Hall, guest: Guest, text: &str) {
    let profile = Arc::new(UserProfile::read(text));
    hall.act(|room, turn| room.set_profile(turn, guest.id, profile))
        .expect("is here");
}

/// Comes with these user options.
fn comes(hall: &mut Hall, options: &str) -> Guest {
    let guest = hall.new_guest();
    hall.arrive(guest).expect("is taken");
    hall.types(guest, PIN);
    profile(hall, guest, options);
    hall.admit(guest, 100).expect("is admitted");
    guest
}

fn writes(hall: &mut Hall, guest: Guest, text: &TextMessage) -> Result<(), TextRefused> {
    hall.act(|room, turn| room.text(turn, guest.id, text.clone()))
}

fn hello() -> TextMessage {
    TextMessage::new("text/html; charset=utf-8", b"<b>hello</b>".to_vec())
}

/// The kinds of all events that were told to one phone, in their order.
fn told(hall: &Hall, guest: Guest) -> Vec<PhoneEventKind> {
    let mine = hall.told.iter().filter(|(to, _)| to.contains(&guest.call));
    mine.map(|(_, event)| event.kind).collect()
}

// What is written --------------------------------------------------------------------------------

#[test]
fn what_one_writes_goes_to_all_others_as_it_is() {
    let mut hall = hall("");
    let [anna, ben, carla] = [(); 3].map(|()| comes(&mut hall, ""));
    assert_eq!(writes(&mut hall, anna, &hello()), Ok(()));
    let (to, _, text) = hall.texts.pop().expect("goes on");
    assert_eq!(to, [ben.call, carla.call]);
    assert_eq!(text.content_type, hello().content_type);
    assert_eq!(text.body, hello().body);
    assert_eq!(text.hops_left, hello().hops_left - 1);
}

#[test]
fn who_wants_no_texts_gets_none_and_may_write() {
    let mut hall = hall("");
    let [anna, ben] = [(); 2].map(|()| comes(&mut hall, ""));
    let carla = comes(&mut hall, "text_messaging=no");
    writes(&mut hall, anna, &hello()).expect("is taken");
    assert_eq!(hall.texts.pop().expect("goes on").0, [ben.call]);
    profile(&mut hall, carla, "text_messaging=yes");
    writes(&mut hall, anna, &hello()).expect("is taken");
    assert_eq!(hall.texts.pop().expect("goes on").0, [ben.call, carla.call]);
}

#[test]
fn a_mute_silences_voices_alone() {
    let mut hall = hall("");
    let [anna, ben] = [(); 2].map(|()| comes(&mut hall, ""));
    for guest in [anna, ben] {
        hall.act(|room, turn| room.mute(turn, guest.id, MutedBy::Moderator))
            .expect("is here");
    }
    assert_eq!(writes(&mut hall, anna, &hello()), Ok(()));
    assert_eq!(hall.texts.len(), 1);
}

#[test]
fn at_the_door_and_waiting_nobody_writes_and_nobody_reads() {
    let mut hall = hall("");
    let anna = comes(&mut hall, "");
    let waiting = comes(&mut hall, "wait_marked=yes");
    let door = hall.new_guest();
    hall.arrive(door).expect("is taken");
    for outside in [waiting, door] {
        let refused = writes(&mut hall, outside, &hello());
        assert_eq!(refused, Err(TextRefused::NotInside));
    }
    assert_eq!(writes(&mut hall, anna, &hello()), Ok(()));
    assert!(hall.texts.is_empty(), "there is nobody to read it");
    let leader = comes(&mut hall, "marked=yes");
    assert_eq!(writes(&mut hall, leader, &hello()), Ok(()));
    assert_eq!(hall.texts[0].0, [anna.call, waiting.call]);
}

#[test]
fn the_writer_is_named_and_a_number_is_not_told() {
    let label = |name: Option<&str>, number: &str| Label {
        name: name.map(str::to_owned),
        number: number.to_owned(),
    };
    assert_eq!(label(Some("Anna"), "089123456").in_public(), "Anna");
    assert_eq!(label(None, "089123456").in_public(), "…56");
    assert_eq!(label(None, "804").in_public(), "804");
}

#[test]
fn nobody_can_write_what_looks_like_an_event() {
    let mut hall = hall("");
    let [anna, _ben] = [(); 2].map(|()| comes(&mut hall, ""));
    for kind in [
        "application/x-asterisk-confbridge-event+json",
        "Text / X-Ast-ConfBridge-Event;x=y",
    ] {
        let text = TextMessage::new(kind, b"{}".to_vec());
        let refused = writes(&mut hall, anna, &text);
        assert_eq!(refused, Err(TextRefused::LooksLikeEvent), "{kind}");
    }
    assert!(hall.texts.is_empty());
}

#[test]
fn what_two_rooms_pass_to_each_other_comes_to_an_end() {
    let mut hall = hall("");
    let [anna, _ben] = [(); 2].map(|()| comes(&mut hall, ""));
    let mut text = hello();
    let mut rounds = 0;
    while writes(&mut hall, anna, &text) == Ok(()) {
        text = hall.texts.pop().expect("goes on").2;
        rounds += 1;
    }
    assert_eq!(rounds, 70);
    assert_eq!(writes(&mut hall, anna, &text), Err(TextRefused::GoesRound));
}

#[test]
fn a_room_sends_no_more_than_it_may() {
    let mut hall = hall("");
    let guests: Vec<Guest> = (0..101).map(|_| comes(&mut hall, "")).collect();
    let passed = |hall: &mut Hall| {
        let round = guests.iter().cycle().take(200);
        round
            .filter(|one| writes(hall, **one, &hello()).is_ok())
            .count()
    };
    let each = 100;
    assert_eq!(passed(&mut hall), limits::ROOM_TEXT_BURST as usize / each);
    let refused = writes(&mut hall, guests[0], &hello());
    let retry_after = Duration::from_millis(100);
    assert_eq!(refused, Err(TextRefused::TooMany { retry_after }));
    hall.wait(Duration::from_secs(1));
    assert_eq!(
        passed(&mut hall),
        limits::ROOM_TEXTS_PER_SECOND as usize / each
    );
}

// Events -----------------------------------------------------------------------------------------

use PhoneEventKind as Kind;

const EVENTS: &str = "enable_events=yes";
const LISTENS: &str = "send_events=yes";

// Defect 20
// Defect 23
#[test]
fn who_comes_is_told_who_is_in_each_with_flags_of_their_own() {
    let mut hall = hall(EVENTS);
    let anna = comes(&mut hall, "admin=yes");
    let ben = comes(&mut hall, "startmuted=yes");
    let carla = comes(&mut hall, LISTENS);
    let (to, welcome) = &hall.told[0];
    assert_eq!(
        (to.as_slice(), welcome.kind),
        ([carla.call].as_slice(), Kind::Welcome)
    );
    let flags = |one: &conclave_room::Seated| (one.participant, one.admin, one.muted);
    let all: Vec<_> = welcome.about.iter().map(flags).collect();
    let expected = [
        (anna.id, true, false),
        (ben.id, false, true),
        (carla.id, false, false),
    ];
    assert_eq!(all, expected);
    // With echo_events, as the manual has it, also the own coming.
    assert_eq!(told(&hall, carla), [Kind::Welcome, Kind::Join]);
    assert_eq!(told(&hall, anna), []);
}

// Regression 085fd922fc
#[test]
fn everything_that_happens_is_told_once_and_of_whom() {
    let mut hall = hall(EVENTS);
    let anna = comes(&mut hall, LISTENS);
    hall.told.clear();
    let ben = comes(&mut hall, "");
    hall.act(|room, turn| room.talking(turn, ben.id, true));
    hall.act(|room, turn| room.talking(turn, ben.id, false));
    let by = MutedBy::Moderator;
    hall.act(|room, turn| room.mute(turn, ben.id, by))
        .expect("here");
    hall.act(|room, turn| room.unmute(turn, ben.id, by))
        .expect("here");
    hall.act(|room, turn| room.lock(turn));
    hall.act(|room, turn| room.unlock(turn));
    let id = RecordingId::mint(UnixMillis(1), &mut hall.chance);
    hall.act(|room, turn| room.start_recording(turn, id, "Anna"));
    hall.act(|room, turn| room.stop_recording(turn));
    hall.leaves(ben);
    assert_eq!(
        told(&hall, anna),
        [
            Kind::Join,
            Kind::Talking { on: true },
            Kind::Talking { on: false },
            Kind::Mute,
            Kind::Unmute,
            Kind::Lock,
            Kind::Unlock,
            Kind::Record,
            Kind::StopRecord,
            Kind::Leave,
        ]
    );
    // An event without a channel is one about nobody.
    let about = |kind: Kind| {
        let event = hall.told.iter().find(|(_, event)| event.kind == kind);
        let about = &event.expect("was told").1.about;
        about.iter().map(|one| one.participant).collect::<Vec<_>>()
    };
    assert_eq!(about(Kind::Lock), []);
    assert_eq!(about(Kind::Record), []);
    assert_eq!(about(Kind::Leave), [ben.id]);
    assert_eq!(about(Kind::Mute), [ben.id]);
}

#[test]
fn without_echo_one_is_told_of_the_others_alone() {
    let mut hall = hall(EVENTS);
    let anna = comes(&mut hall, "send_events=yes\necho_events=no");
    let ben = comes(&mut hall, LISTENS);
    for guest in [anna, ben] {
        hall.act(|room, turn| room.mute(turn, guest.id, MutedBy::Oneself))
            .expect("is here");
    }
    assert_eq!(told(&hall, anna), [Kind::Welcome, Kind::Join, Kind::Mute]);
    let all = [Kind::Welcome, Kind::Join, Kind::Mute, Kind::Mute];
    assert_eq!(told(&hall, ben), all);
}

// Regression b9f42a717e
#[test]
fn who_is_gone_is_forgotten_however_many_were_told_of() {
    let mut hall = hall(EVENTS);
    let anna = comes(&mut hall, LISTENS);
    let kept = |hall: &Hall| format!("{:?}", hall.room).len();
    let mut sizes = Vec::new();
    for _ in 0..200 {
        let ben = comes(&mut hall, LISTENS);
        hall.act(|room, turn| room.lock(turn));
        hall.act(|room, turn| room.unlock(turn));
        hall.leaves(ben);
        while !hall.announcing.is_empty() {
            hall.announcement_ends();
        }
        hall.wait(limits::ANNOUNCE_MERGE);
        hall.told.clear();
        sizes.push(kept(&hall));
    }
    // Moments have more digits or fewer.
    let (least, most) = (sizes.iter().min(), sizes.iter().max());
    assert!(most <= least.map(|least| least + 200).as_ref(), "{sizes:?}");
    assert!(hall.room.participant(anna.id).is_some());
}

#[test]
fn each_switch_takes_hold_in_the_middle_of_a_meeting() {
    let mut hall = hall("");
    let anna = comes(&mut hall, LISTENS);
    let ben = comes(&mut hall, "");
    assert!(hall.told.is_empty());
    hall.change(RoomPatch {
        options: Some(EVENTS.to_owned()),
        ..RoomPatch::default()
    });
    assert_eq!(told(&hall, anna), [Kind::Welcome]);
    profile(&mut hall, ben, LISTENS);
    assert_eq!(told(&hall, ben), [Kind::Welcome]);
    profile(&mut hall, anna, "send_events=yes\ntext_messaging=no");
    hall.act(|room, turn| room.lock(turn));
    assert_eq!(told(&hall, anna), [Kind::Welcome]);
    assert_eq!(told(&hall, ben), [Kind::Welcome, Kind::Lock]);
    profile(&mut hall, anna, LISTENS);
    assert_eq!(told(&hall, anna), [Kind::Welcome, Kind::Welcome]);
    hall.change(RoomPatch {
        options: Some("enable_events=no".to_owned()),
        ..RoomPatch::default()
    });
    hall.told.clear();
    hall.act(|room, turn| room.unlock(turn));
    assert!(hall.told.is_empty());
}

#[test]
fn who_waits_for_a_leader_is_on_no_list_and_told_nothing() {
    let mut hall = hall(EVENTS);
    let anna = comes(&mut hall, LISTENS);
    hall.told.clear();
    let waiting = comes(&mut hall, "send_events=yes\nwait_marked=yes");
    let by = MutedBy::Moderator;
    hall.act(|room, turn| room.mute(turn, waiting.id, by))
        .expect("here");
    assert!(hall.told.is_empty());
    let leader = comes(&mut hall, "marked=yes");
    assert_eq!(told(&hall, anna), [Kind::Join, Kind::Join]);
    let first = hall.told.iter().find(|(to, _)| to.contains(&waiting.call));
    assert_eq!(first.expect("a welcome").1.about.len(), 3);
    hall.told.clear();
    hall.leaves(leader);
    assert_eq!(told(&hall, anna), [Kind::Leave, Kind::Leave]);
    assert_eq!(told(&hall, waiting), []);
    hall.leaves(waiting);
    assert_eq!(
        told(&hall, anna),
        [Kind::Leave, Kind::Leave],
        "once is enough"
    );
}

#[test]
fn who_is_removed_or_goes_elsewhere_is_named_to_the_others() {
    let mut hall = hall(EVENTS);
    let anna = comes(&mut hall, LISTENS);
    let [ben, carla] = [(); 2].map(|()| comes(&mut hall, ""));
    hall.told.clear();
    hall.act(|room, turn| room.remove(turn, ben.id))
        .expect("here");
    let mover = hall
        .act(|room, turn| room.move_out(turn, carla.id))
        .expect("here");
    assert_eq!(told(&hall, anna), [Kind::Leave, Kind::Leave]);
    let gone: Vec<_> = hall
        .told
        .iter()
        .map(|(_, event)| event.about[0].call)
        .collect();
    assert_eq!(gone, [ben.call, carla.call]);
    hall.act(|room, turn| room.move_in(turn, mover));
    assert_eq!(told(&hall, anna).last(), Some(&Kind::Join));
}

#[test]
fn in_a_storm_of_talk_nobody_misses_who_comes_and_goes() {
    let mut hall = hall(EVENTS);
    let listeners: Vec<Guest> = (0..40).map(|_| comes(&mut hall, LISTENS)).collect();
    hall.wait(Duration::from_secs(10));
    hall.told.clear();
    for round in 0..200 {
        hall.act(|room, turn| room.talking(turn, listeners[0].id, round % 2 == 0));
    }
    let deliveries: usize = hall.told.iter().map(|(to, _)| to.len()).sum();
    assert!(
        deliveries <= limits::ROOM_TEXT_BURST as usize,
        "{deliveries}"
    );
    hall.told.clear();
    hall.leaves(listeners[1]);
    let told: &[(Vec<CallId>, _)] = &hall.told;
    assert_eq!((told.len(), told[0].0.len()), (1, 39));
}
