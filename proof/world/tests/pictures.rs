//! Pictures in a room: who sees whom, without a jump and without a picture that nobody can decode.

mod scene;

use conclave_api::{Happening, ParticipantKey, ParticipantView, Request, Response, RoomKey};
use conclave_contract::VideoFormat;
use conclave_model::{Chance, Codec, H264, Packetization, VideoCodec};
use conclave_world::{CameraPlan, City, PhoneId, Voice};
use scene::{city_of, dial, hears, millis, participants, seconds, silent, speaking};

const VP8: VideoCodec = VideoCodec::Vp8;
const H264: VideoCodec = VideoCodec::H264(H264::usual(Packetization::NonInterleaved));

fn city(options: &str) -> City {
    let mut chance = Chance::from_seed([7; 32]);
    let mut room = conclave_world::room(&mut chance, "801", None, false, false);
    room.options = options.to_owned();
    city_of(vec![room])
}

fn plan(codecs: &[VideoCodec], has_camera: bool, lines: u8) -> CameraPlan {
    let formats = (97..).zip(codecs).map(|(payload_type, codec)| VideoFormat {
        payload_type,
        codec: *codec,
    });
    CameraPlan {
        formats: formats.collect(),
        has_camera,
        lines,
    }
}

/// A phone whose pictures say its place in the city.
fn with_camera(city: &mut City, phone: PhoneId, codecs: &[VideoCodec]) -> PhoneId {
    with_plan(city, phone, plan(codecs, true, 1))
}

fn with_plan(city: &mut City, phone: PhoneId, plan: CameraPlan) -> PhoneId {
    city.phone(phone).take_camera(phone.0 as u32, plan);
    phone
}

fn enters(city: &mut City, phone: PhoneId) {
    dial(city, phone, "801");
    city.run(seconds(3));
}

fn sees(city: &mut City, phone: PhoneId) -> Vec<usize> {
    let now = city.now();
    let seen = city.phone(phone).camera.as_ref().map(|it| it.sees(now));
    seen.into_iter().flatten().map(|it| it as usize).collect()
}

/// Nobody was ever shown a picture that needs another, and no stream ever jumped.
fn assert_clean(city: &mut City, phones: &[PhoneId]) {
    for phone in phones {
        let camera = city.phone(*phone).camera.as_ref().expect("a camera");
        assert_eq!(camera.faults(), (0, 0), "{phone:?}");
    }
}

fn views(city: &mut City) -> Vec<ParticipantView> {
    match city.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(Response::Live(live)) => live.participants,
        other => panic!("{other:?}"),
    }
}

fn news(city: &City) -> usize {
    let events = city.published.iter();
    events
        .filter(|event| matches!(event.what, Happening::VideoChanged(_)))
        .count()
}

#[test]
fn two_who_talk_see_each_other() {
    for codec in [VP8, H264] {
        let mut city = city("video_mode=follow_talker");
        let one = speaking(&mut city, Codec::Pcmu, 1);
        let other = speaking(&mut city, Codec::G722, 3);
        for phone in [one, other] {
            with_camera(&mut city, phone, &[codec]);
            enters(&mut city, phone);
        }
        city.run(seconds(3));
        assert_eq!(sees(&mut city, one), [other.0]);
        assert_eq!(sees(&mut city, other), [one.0]);
        assert!(hears(&mut city, one, 3, 1.0) > 0.1 && hears(&mut city, other, 1, 1.0) > 0.1);
        let views = views(&mut city);
        let shown = |at: usize| views[at].video.expect("it sends").is_shown;
        assert_eq!([shown(0), shown(1)], [true, false]);
        assert!(news(&city) >= 2);
        assert_clean(&mut city, &[one, other]);
        city.hang_up(one);
        city.hang_up(other);
        city.run(seconds(8));
        assert_eq!(city.exchange().pictures.ports_taken(), 0);
    }
}

#[test]
fn phones_with_different_codecs_hear_each_other_and_are_shown_nothing() {
    let mut city = city("video_mode=follow_talker");
    let one = speaking(&mut city, Codec::Pcmu, 1);
    let other = speaking(&mut city, Codec::G722, 3);
    let without = silent(&mut city, Codec::Pcma);
    with_camera(&mut city, one, &[VP8]);
    with_camera(&mut city, other, &[H264]);
    for phone in [one, other, without] {
        enters(&mut city, phone);
    }
    city.run(seconds(3));
    assert_eq!(participants(&mut city, "801"), 3);
    for phone in [one, other] {
        assert!(sees(&mut city, phone).is_empty());
    }
    assert!(hears(&mut city, one, 3, 1.0) > 0.1 && hears(&mut city, other, 1, 1.0) > 0.1);
    assert!(hears(&mut city, without, 1, 1.0) > 0.1 && hears(&mut city, without, 3, 1.0) > 0.1);
}

#[test]
fn without_a_video_mode_the_line_is_rejected_and_the_call_goes_on() {
    let mut city = city("");
    let one = speaking(&mut city, Codec::Pcmu, 1);
    let other = silent(&mut city, Codec::G722);
    for phone in [one, other] {
        with_camera(&mut city, phone, &[VP8]);
        enters(&mut city, phone);
    }
    assert!(hears(&mut city, other, 1, 1.0) > 0.1);
    assert!(sees(&mut city, other).is_empty());
    assert_eq!(city.exchange().pictures.ports_taken(), 0);
}

const MODERATOR_PIN: &str = "4711";
const PIN: &str = "627184";

/// Moderators are leaders; menus of the two keys that choose a picture.
fn led_city(options: &str) -> City {
    let mut chance = Chance::from_seed([7; 32]);
    let mut room = conclave_world::room(&mut chance, "801", Some(PIN), false, false);
    room.more_pins.moderator = Some(MODERATOR_PIN.parse().expect("a PIN"));
    room.options = options.to_owned();
    city_of(vec![room])
}

fn enters_as(city: &mut City, phone: PhoneId, pin: &str) {
    dial(city, phone, "801");
    city.run(millis(800));
    city.press(phone, pin);
    city.run(seconds(4));
}

fn falls_silent(city: &mut City, phone: PhoneId) {
    city.phone(phone).handset.set_voice(None);
}

fn speaks(city: &mut City, phone: PhoneId, voice: usize) {
    let voice = Some(Voice::numbered(voice));
    city.phone(phone).handset.set_voice(voice);
}

#[test]
fn whoever_speaks_is_shown_once_the_other_pauses_and_a_cough_changes_nothing() {
    let mut city = city("video_mode=follow_talker");
    let phones = [0, 1, 2].map(|_| silent(&mut city, Codec::Pcmu));
    let [first, second, third] = phones;
    for phone in phones {
        with_camera(&mut city, phone, &[VP8]);
        enters(&mut city, phone);
    }
    speaks(&mut city, second, 1);
    city.run(seconds(4));
    assert_eq!(sees(&mut city, first), [second.0]);
    assert_eq!(sees(&mut city, third), [second.0]);
    assert_eq!(sees(&mut city, second), [first.0], "who was shown before");

    speaks(&mut city, third, 3);
    city.run(seconds(4));
    assert_eq!(
        sees(&mut city, first),
        [second.0],
        "who speaks is not cut off"
    );
    falls_silent(&mut city, second);
    city.run(seconds(4));
    assert_eq!(sees(&mut city, first), [third.0]);
    assert_eq!(sees(&mut city, third), [second.0]);

    falls_silent(&mut city, third);
    city.run(seconds(3));
    speaks(&mut city, first, 5);
    city.run(millis(400));
    falls_silent(&mut city, first);
    city.run(seconds(3));
    assert_eq!(sees(&mut city, second), [third.0], "a cough");
    assert_clean(&mut city, &phones);

    city.hang_up(third);
    city.run(seconds(3));
    assert_eq!(sees(&mut city, first), [second.0]);
    assert_eq!(sees(&mut city, second), [first.0]);
}

#[test]
fn the_last_leader_is_shown_and_then_the_one_who_came_before() {
    for (mode, in_turn) in [
        ("last_marked", [1, 2, 3, 2]),
        ("first_marked", [1, 1, 1, 1]),
    ] {
        let mut city = led_city(&format!("video_mode={mode}"));
        let phones = [0, 1, 2, 3].map(|_| silent(&mut city, Codec::Pcmu));
        let [member, ..] = phones;
        for phone in phones {
            with_camera(&mut city, phone, &[VP8]);
        }
        enters_as(&mut city, member, PIN);
        assert!(sees(&mut city, member).is_empty(), "no leader yet");
        let mut seen = Vec::new();
        for leader in &phones[1..] {
            enters_as(&mut city, *leader, MODERATOR_PIN);
            city.run(seconds(2));
            seen.extend(sees(&mut city, member));
        }
        city.hang_up(phones[3]);
        city.run(seconds(3));
        seen.extend(sees(&mut city, member));
        assert_eq!(seen, in_turn, "{mode}");
        let others = phones[1..3].iter().map(|leader| sees(&mut city, *leader));
        let others: Vec<Vec<usize>> = others.collect();
        assert_eq!(others, [[2], [1]], "leaders see each other");
        assert_clean(&mut city, &phones);
    }
}

#[test]
fn a_key_shows_ones_picture_to_all_until_another_key() {
    let menu = "1=set_as_single_video_src\n2=release_as_single_video_src";
    let mut city = city("video_mode=follow_talker");
    let asked = city.ask(Request::CreateMenu {
        name: "pictures".parse().expect("a name"),
        text: menu.to_owned(),
    });
    assert!(asked.is_ok(), "{asked:?}");
    let patch = conclave_model::RoomPatch {
        keypad: Some("pictures".parse().expect("a name")),
        ..Default::default()
    };
    let asked = city.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch,
        if_version: None,
    });
    assert!(asked.is_ok(), "{asked:?}");
    let phones = [0, 1, 2].map(|_| silent(&mut city, Codec::Pcmu));
    let [first, second, third] = phones;
    for phone in phones {
        with_camera(&mut city, phone, &[VP8]);
        enters(&mut city, phone);
    }
    assert_eq!(sees(&mut city, third), [first.0]);
    city.press(second, "1");
    city.run(seconds(3));
    assert_eq!(sees(&mut city, third), [second.0]);
    speaks(&mut city, first, 1);
    city.run(seconds(4));
    assert_eq!(sees(&mut city, third), [second.0]);
    city.press(second, "2");
    city.run(seconds(3));
    assert_eq!(sees(&mut city, third), [first.0]);
    assert_clean(&mut city, &phones);
}

#[test]
fn a_phone_on_hold_is_neither_shown_nor_shown_anything() {
    let mut city = city("video_mode=follow_talker");
    let phones = [0, 1, 2].map(|_| silent(&mut city, Codec::Pcmu));
    let [first, second, third] = phones;
    for phone in phones {
        with_camera(&mut city, phone, &[VP8]);
        enters(&mut city, phone);
    }
    assert_eq!(sees(&mut city, third), [first.0]);
    city.hold(first, true);
    city.run(seconds(3));
    assert_eq!(sees(&mut city, third), [second.0]);
    assert!(sees(&mut city, first).is_empty());
    city.hold(first, false);
    city.run(seconds(3));
    assert_eq!(sees(&mut city, first), [second.0]);
    assert_clean(&mut city, &phones);
}

#[test]
fn whole_pictures_are_asked_for_however_a_phone_can_and_not_too_often() {
    let mut city = city("video_mode=follow_talker\nvideo_update_discard=3000");
    let phones = [0, 1].map(|_| silent(&mut city, Codec::Pcmu));
    let [one, other] = phones;
    for phone in phones {
        with_camera(&mut city, phone, &[VP8]);
        enters(&mut city, phone);
    }
    city.run(seconds(4));
    let asked = |city: &mut City| city.phone(one).camera.as_ref().expect("one").asked;
    let before = asked(&mut city);
    for _ in 0..5 {
        let loss = city
            .phone(other)
            .camera
            .as_ref()
            .expect("one")
            .picture_loss(0);
        city.post_picture(other.0, loss);
        city.run(millis(100));
    }
    let after = asked(&mut city);
    assert_eq!(after[0], before[0] + 1, "{after:?}");
    city.run(seconds(4));
    let now = city.now();
    city.phone(other).ask_for_picture(now);
    city.run(seconds(1));
    assert_eq!(asked(&mut city)[0], after[0] + 1);
    assert_clean(&mut city, &phones);
}

#[test]
fn senders_are_told_what_their_receivers_can_take() {
    let options = "video_mode=first_marked\nremb_send_interval=500\nremb_behavior=lowest";
    let mut city = led_city(options);
    let phones = [0, 1, 2].map(|_| silent(&mut city, Codec::Pcmu));
    let [leader, one, other] = phones;
    for phone in phones {
        with_camera(&mut city, phone, &[VP8]);
    }
    enters_as(&mut city, leader, MODERATOR_PIN);
    enters_as(&mut city, one, PIN);
    enters_as(&mut city, other, PIN);
    for (phone, bits) in [(one, 2_097_152), (other, 524_288)] {
        let estimate = city
            .phone(phone)
            .camera
            .as_ref()
            .expect("one")
            .estimate(0, bits);
        city.post_picture(phone.0, estimate);
    }
    city.run(seconds(2));
    let told = city
        .phone(leader)
        .camera
        .as_ref()
        .expect("one")
        .estimates
        .clone();
    assert!((3..=4).contains(&told.len()), "{told:?}");
    assert!(told.iter().all(|bits| *bits == 524_288), "{told:?}");
}

/// Cameras with room for eight others on their screens, in a room that shows all to all.
fn sfu(cameras: usize) -> (City, Vec<PhoneId>) {
    let mut city = city("video_mode=sfu");
    let phones: Vec<PhoneId> = (0..cameras)
        .map(|_| silent(&mut city, Codec::Pcmu))
        .collect();
    for phone in &phones {
        with_plan(&mut city, *phone, plan(&[VP8], true, 8));
        enters(&mut city, *phone);
    }
    city.run(seconds(2));
    (city, phones)
}

fn lines(city: &mut City, phone: PhoneId) -> usize {
    city.phone(phone).camera.as_ref().expect("one").lines()
}

#[test]
fn scenario_21_everybody_sees_everybody_on_lines_that_come_and_go_with_them() {
    let (mut city, phones) = sfu(3);
    let [a, b, c] = [phones[0], phones[1], phones[2]];
    for (phone, others) in [(a, [b, c]), (b, [a, c]), (c, [a, b])] {
        assert_eq!(sees(&mut city, phone), others.map(|other| other.0));
        assert_eq!(lines(&mut city, phone), 2);
    }
    city.hang_up(b);
    city.run(seconds(3));
    assert_eq!(sees(&mut city, a), [c.0]);
    assert_eq!(sees(&mut city, c), [a.0]);
    assert_eq!((lines(&mut city, a), lines(&mut city, c)), (1, 1));
    let again = silent(&mut city, Codec::G722);
    with_plan(&mut city, again, plan(&[VP8], true, 8));
    enters(&mut city, again);
    city.run(seconds(2));
    assert_eq!(sees(&mut city, a), [c.0, again.0]);
    assert_clean(&mut city, &[a, c, again]);
}

#[test]
fn scenario_22_whoever_is_moved_in_from_another_room_sees_everybody_and_is_seen() {
    let mut chance = Chance::from_seed([7; 32]);
    let mut rooms =
        ["801", "802"].map(|number| conclave_world::room(&mut chance, number, None, false, false));
    for room in &mut rooms {
        room.options = "video_mode=sfu".to_owned();
    }
    let mut city = city_of(rooms.to_vec());
    let phones = [0, 1, 2].map(|_| silent(&mut city, Codec::Pcmu));
    let [a, b, moved] = phones;
    for phone in phones {
        with_plan(&mut city, phone, plan(&[VP8], true, 8));
    }
    enters(&mut city, a);
    enters(&mut city, b);
    dial(&mut city, moved, "802");
    city.run(seconds(3));
    assert!(sees(&mut city, moved).is_empty());
    let move_to = |city: &mut City, from: &str, to: &str| {
        let change = conclave_api::ParticipantChange {
            room: Some(RoomKey::new(to)),
            ..Default::default()
        };
        let asked = city.ask(Request::SetParticipant {
            key: RoomKey::new(from),
            who: ParticipantKey::new(&format!("{}", 1_000 + moved.0)),
            change,
        });
        assert!(asked.is_ok(), "{asked:?}");
        city.run(seconds(4));
    };
    move_to(&mut city, "802", "801");
    for (phone, others) in [(a, [b, moved]), (b, [a, moved]), (moved, [a, b])] {
        assert_eq!(sees(&mut city, phone), others.map(|other| other.0));
    }
    move_to(&mut city, "801", "802");
    assert!(sees(&mut city, moved).is_empty());
    assert_eq!(sees(&mut city, a), [b.0]);
    assert_eq!((lines(&mut city, a), lines(&mut city, moved)), (1, 1));
    assert_clean(&mut city, &phones);
}

#[test]
fn scenario_23_who_has_a_screen_and_no_camera_sees_the_others_and_costs_them_no_line() {
    let (mut city, phones) = sfu(2);
    let [a, b] = [phones[0], phones[1]];
    let watcher = silent(&mut city, Codec::Pcma);
    with_plan(&mut city, watcher, plan(&[VP8], false, 8));
    enters(&mut city, watcher);
    city.run(seconds(2));
    assert_eq!(sees(&mut city, watcher), [a.0, b.0]);
    assert_eq!(sees(&mut city, a), [b.0]);
    for phone in [a, b] {
        assert_eq!(lines(&mut city, phone), 1);
    }
    assert_clean(&mut city, &[a, b, watcher]);
}

#[test]
fn scenario_24_who_has_neither_is_asked_once_and_hears_on() {
    let (mut city, phones) = sfu(2);
    let listener = silent(&mut city, Codec::Pcma);
    enters(&mut city, listener);
    speaks(&mut city, phones[0], 2);
    city.run(seconds(3));
    assert!(hears(&mut city, listener, 2, 1.0) > 0.1);
    let third = silent(&mut city, Codec::Pcmu);
    with_plan(&mut city, third, plan(&[VP8], true, 8));
    enters(&mut city, third);
    city.run(seconds(3));
    assert!(hears(&mut city, listener, 2, 1.0) > 0.1);
    assert_eq!(participants(&mut city, "801"), 4);
    // Two lines for each of three cameras, and none for the listener.
    assert_eq!(city.exchange().pictures.ports_taken(), 6);
    assert_clean(&mut city, &[phones[0], phones[1], third]);
}

#[test]
fn scenario_25_a_camera_that_is_switched_off_takes_its_lines_with_it_and_brings_them_back() {
    let (mut city, phones) = sfu(3);
    let [a, b, c] = [phones[0], phones[1], phones[2]];
    let switch = |city: &mut City, is_off| {
        city.phone(b).camera.as_mut().expect("one").is_off = is_off;
        city.run(seconds(9));
    };
    switch(&mut city, true);
    assert_eq!(sees(&mut city, a), [c.0]);
    assert_eq!(sees(&mut city, b), [a.0, c.0], "its screen stays");
    assert_eq!((lines(&mut city, a), lines(&mut city, b)), (1, 2));
    switch(&mut city, false);
    assert_eq!(sees(&mut city, a), [b.0, c.0]);
    assert_eq!(lines(&mut city, a), 2);
    assert_clean(&mut city, &phones);
}

#[test]
fn scenario_26_lines_follow_while_people_come_and_go_at_once_and_phones_make_offers_too() {
    let (mut city, mut phones) = sfu(4);
    let leaver = phones.remove(1);
    let newcomer = silent(&mut city, Codec::G722);
    with_plan(&mut city, newcomer, plan(&[VP8], true, 8));
    city.hang_up(leaver);
    city.dial(newcomer, "801");
    for phone in &phones {
        // Their offers meet ours on the way: 491, and both come through.
        city.change_codec(*phone, Codec::Pcma);
    }
    city.run(seconds(12));
    phones.push(newcomer);
    for phone in phones.clone() {
        let others = phones.iter().filter(|other| **other != phone);
        let others: Vec<usize> = others.map(|other| other.0).collect();
        assert_eq!(sees(&mut city, phone), others);
        assert_eq!(lines(&mut city, phone), 3);
    }
    assert_clean(&mut city, &phones);
    for phone in phones {
        city.hang_up(phone);
    }
    city.run(seconds(8));
    assert_eq!(city.exchange().pictures.ports_taken(), 0);
}
