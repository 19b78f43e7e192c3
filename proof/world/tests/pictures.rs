//! Pictures in a room: who sees whom, without a jump and without a picture that nobody can decode.

mod scene;

use conclave_api::{Happening, ParticipantView, Request, Response, RoomKey};
use conclave_contract::VideoFormat;
use conclave_model::{Chance, Codec, H264, Packetization, VideoCodec};
use conclave_world::{CameraPlan, City, PhoneId};
use scene::{city_of, dial, hears, participants, seconds, silent, speaking};

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
