//! What a room's options make of its sound, from the text that was typed to what phones hear.

mod scene;

use std::ops::Range;

use conclave_api::{Request, Response, RoomKey};
use conclave_model::{Chance, Codec, RoomPatch};
use conclave_world::{City, PhoneId, Voice, room};
use scene::meeting::{As, Meeting, plan};
use scene::{city_of, enter, hears, millis, now, seconds, silent, speaking};

/// A city with room 801, which asks for nothing and has these options.
fn city(options: &str, user_options: &str) -> City {
    let mut room = room(&mut Chance::from_seed([7; 32]), "801", None, false, false);
    room.options = options.to_owned();
    room.user_options = user_options.to_owned();
    city_of(vec![room])
}

fn change(city: &mut City, options: &str, user_options: &str) {
    let patch = RoomPatch {
        options: Some(options.to_owned()),
        user_options: Some(user_options.to_owned()),
        ..RoomPatch::default()
    };
    let changed = city.ask(Request::UpdateRoom {
        key: RoomKey::new("801"),
        patch,
        if_version: None,
    });
    assert!(changed.is_ok(), "{changed:?}");
    city.run(seconds(1));
}

/// Who is in the room and shown as talking.
fn talking(city: &mut City) -> usize {
    match city.ask(Request::ShowLive(RoomKey::new("801"))) {
        Ok(Response::Live(live)) => live.participants.iter().filter(|one| one.talking).count(),
        other => panic!("{other:?}"),
    }
}

/// Too high for a telephone's narrow band.
const HIGH: Voice = Voice {
    pitch_hz: 6_010.0,
    loudness: 0.25,
};

fn heard_high(city: &mut City, phone: PhoneId) -> bool {
    let ear = &city.phone(phone).handset.ear;
    ear.loudest(HIGH.pitch_hz, 1.0) > 0.05
}

#[test]
fn maximum_and_internal_sample_rate_bound_what_everybody_hears_live() {
    for (options, expected) in [
        ("", true),
        ("maximum_sample_rate=16000", true),
        ("maximum_sample_rate=8000", false),
        ("internal_sample_rate=8000", false),
        // A fixed rate takes the place of the highest.
        ("internal_sample_rate=48000\nmaximum_sample_rate=8000", true),
    ] {
        let mut city = city(options, "");
        let speaker = speaking(&mut city, Codec::Opus, 0);
        let (wide, full) = (
            silent(&mut city, Codec::G722),
            silent(&mut city, Codec::Opus),
        );
        for phone in [speaker, wide, full] {
            enter(&mut city, phone);
        }
        city.phone(speaker).handset.set_voice(Some(HIGH));
        city.run(seconds(3));
        for phone in [wide, full] {
            assert_eq!(heard_high(&mut city, phone), expected, "{options}");
        }
        change(&mut city, "", "");
        city.run(seconds(2));
        assert!(heard_high(&mut city, full), "{options}: not any more");
        change(&mut city, "maximum_sample_rate=8000", "");
        city.run(seconds(2));
        assert!(!heard_high(&mut city, full), "live");
    }
}

#[test]
fn dsp_talking_threshold_says_who_talks_and_dsp_drop_silence_who_is_mixed() {
    // The voice's bursts have a mean magnitude of some 5,200.
    for (user_options, talks, is_heard) in [
        ("", true, true),
        ("dsp_talking_threshold=1000", true, true),
        ("dsp_talking_threshold=9000", false, true),
        (
            "dsp_talking_threshold=9000\ndsp_drop_silence=yes",
            false,
            false,
        ),
        (
            "dsp_talking_threshold=1000\ndsp_drop_silence=yes",
            true,
            true,
        ),
        ("dsp_drop_silence=yes", true, true),
    ] {
        let mut city = city("", user_options);
        let speaker = speaking(&mut city, Codec::Pcma, 2);
        let listener = silent(&mut city, Codec::Pcmu);
        enter(&mut city, speaker);
        enter(&mut city, listener);
        city.run(seconds(3));
        let was_talking = (0..10).filter(|_| {
            city.run(millis(100));
            talking(&mut city) > 0
        });
        assert_eq!(was_talking.count() > 5, talks, "{user_options}");
        let heard = hears(&mut city, listener, 2, 1.0);
        assert_eq!(heard > 0.1, is_heard, "{user_options}: {heard}");
        change(&mut city, "", "");
        city.run(seconds(2));
        assert!(hears(&mut city, listener, 2, 1.0) > 0.1, "live");
    }
}

#[test]
fn dsp_silence_threshold_says_how_long_somebody_talks_after_the_last_word() {
    for (user_options, talks) in [
        ("", [false, false]),
        ("dsp_silence_threshold=2500", [true, false]),
        ("dsp_silence_threshold=10000", [true, true]),
    ] {
        let mut city = city("", user_options);
        let speaker = speaking(&mut city, Codec::G722, 2);
        let listener = silent(&mut city, Codec::Pcmu);
        enter(&mut city, speaker);
        enter(&mut city, listener);
        city.run(seconds(1));
        city.phone(speaker).handset.set_voice(None);
        city.run(seconds(2));
        assert_eq!(talking(&mut city) == 1, talks[0], "{user_options}");
        city.run(seconds(2));
        assert_eq!(talking(&mut city) == 1, talks[1], "{user_options}");
    }
}

#[test]
fn denoise_takes_a_fan_out_of_the_room_and_leaves_it_quiet() {
    let level = |user_options: &str| {
        let mut city = city("", user_options);
        let (noisy, listener) = (
            silent(&mut city, Codec::Pcmu),
            silent(&mut city, Codec::G722),
        );
        enter(&mut city, noisy);
        enter(&mut city, listener);
        city.phone(noisy).handset.hiss(6, 0.5);
        city.run(seconds(4));
        let ear = &city.phone(listener).handset.ear;
        conclave_audio::level::dbov(&ear.samples[ear.samples.len() - 16_000..])
    };
    // Whatever is above this is mixed, and the option takes the rest away.
    let mixed = "dsp_talking_threshold=20\ndsp_drop_silence=yes\n";
    let (with_fan, without) = (level(mixed), level(&format!("{mixed}denoise=yes")));
    assert!(with_fan > -50.0, "{with_fan} dBov");
    assert!(without < with_fan - 20.0, "{without} dBov of {with_fan}");
}

#[test]
fn dtmf_passthrough_sends_keys_without_a_meaning_to_the_others_as_events() {
    for (user_options, expected) in [("", ""), ("dtmf_passthrough=yes", "59")] {
        let mut city = city("", user_options);
        let presser = silent(&mut city, Codec::Pcmu);
        let others = [Codec::Pcma, Codec::G722, Codec::Opus].map(|codec| silent(&mut city, codec));
        let deaf = silent(&mut city, Codec::Pcmu);
        city.phone(deaf).forget_telephone_events();
        for phone in [presser, deaf].into_iter().chain(others) {
            enter(&mut city, phone);
        }
        // A key of the menu goes to nobody.
        city.press(presser, "5*69");
        city.run(seconds(4));
        for phone in others {
            assert_eq!(
                city.phone(phone).handset.keys_heard,
                expected,
                "{user_options}"
            );
            let watch = &city.phone(phone).handset.watch;
            let jumps = watch.sequence_jumps + watch.timestamp_jumps + watch.ssrc_changes;
            assert_eq!(jumps, 0, "{watch:?}");
            for hz in [770.0, 1_336.0, 852.0, 1_477.0] {
                let tone = city.phone(phone).handset.ear.loudest(hz, 4.0);
                assert!(tone < 0.01, "no tone: {hz} {tone}");
            }
        }
        for phone in [presser, deaf] {
            assert_eq!(city.phone(phone).handset.keys_heard, "");
            assert_eq!(city.phone(phone).handset.watch.events, 0);
        }
    }
}

/// What a meeting sends to a phone with two ears and to one with one.
fn meeting(options: &str) -> (u64, u64, Vec<f32>) {
    let mut city = city(options, "");
    let speaker = speaking(&mut city, Codec::Opus, 2);
    let (two, one) = (
        silent(&mut city, Codec::Opus),
        silent(&mut city, Codec::Opus),
    );
    city.phone(two).grow_a_second_ear();
    for phone in [speaker, one, two] {
        enter(&mut city, phone);
    }
    city.run(seconds(4));
    assert!(hears(&mut city, two, 2, 1.0) > 0.1, "{options}");
    let stereo = city.phone(two).handset.stereo_packets;
    let one = city.phone(one);
    (
        stereo,
        one.handset.stereo_packets,
        one.handset.ear.samples.clone(),
    )
}

#[test]
fn binaural_active_gives_two_ears_two_channels_and_changes_nothing_for_one() {
    let (stereo, mono, heard) = meeting("");
    assert_eq!((stereo, mono), (0, 0));
    let (stereo, mono, heard_beside) = meeting("binaural_active=yes");
    assert!(stereo > 150, "{stereo}");
    assert_eq!(mono, 0);
    assert!(heard == heard_beside, "sample for sample");
}

#[test]
fn mixing_interval_makes_packets_longer_for_phones_that_take_such() {
    // Every phone here says `maxptime:60`.
    for (options, expected) in [
        ("", 50),
        ("mixing_interval=10", 50),
        ("mixing_interval=40", 25),
        ("mixing_interval=80", 16),
    ] {
        let mut city = city(options, "");
        let speaker = speaking(&mut city, Codec::Pcmu, 2);
        let listener = silent(&mut city, Codec::G722);
        enter(&mut city, speaker);
        enter(&mut city, listener);
        let before = city.phone(listener).handset.sound_packets;
        city.run(seconds(4));
        let packets = (city.phone(listener).handset.sound_packets - before) / 4;
        assert!(
            packets.abs_diff(expected) <= 1,
            "{options}: {packets} a second"
        );
        assert!(hears(&mut city, listener, 2, 1.0) > 0.1, "{options}");
        let watch = &city.phone(listener).handset.watch;
        assert_eq!(watch.sequence_jumps, 0, "{options}");
    }
}

const THREE: [(&str, As); 3] = [
    ("una", As::Member),
    ("ulf", As::Member),
    ("uwe", As::Member),
];

/// Two who shout at once: everybody hears both undistorted, and each the other alone. Upstream
/// clips inside its sum, in the order of its list.
#[test]
fn loud_voices_at_once_are_neither_clipped_nor_lost_nor_returned() {
    let mut meeting = Meeting::new(plan("", ""), &THREE);
    for (name, _) in THREE {
        meeting.comes(name);
    }
    let [low, high] = [560.0, 1_010.0].map(|pitch_hz| Voice {
        pitch_hz,
        loudness: 0.9,
    });
    for (name, voice) in [("una", low), ("ulf", high)] {
        let phone = meeting.phone(name);
        meeting.city.phone(phone).handset.set_voice(Some(voice));
    }
    meeting.city.run(seconds(4));
    let mut loudest = |name: &str, pitch_hz: f32| {
        let phone = meeting.phone(name);
        meeting.city.phone(phone).handset.ear.loudest(pitch_hz, 2.0)
    };
    let (first, second) = (loudest("uwe", low.pitch_hz), loudest("uwe", high.pitch_hz));
    assert!(first > 0.35 && second > 0.35, "{first} {second}");
    // Where a sum is cut off there is what neither of them said.
    for pitch_hz in [2.0 * high.pitch_hz - low.pitch_hz, 3.0 * low.pitch_hz] {
        let distortion = loudest("uwe", pitch_hz);
        assert!(distortion < 0.03 * first, "{pitch_hz} Hz: {distortion}");
    }
    assert!(
        loudest("una", high.pitch_hz) > 0.6,
        "alone it is as loud as it was"
    );
    let own = loudest("una", low.pitch_hz);
    assert!(own < 0.01, "{own}");
}

/// When three sentences were heard, each after a silence.
fn sentences_heard(user_options: &str) -> Vec<Range<f32>> {
    let mut meeting = Meeting::new(plan("", user_options), &THREE[..2]);
    meeting.comes("una");
    meeting.comes("ulf");
    let (una, ulf) = (meeting.phone("una"), meeting.phone("ulf"));
    let from = now(&mut meeting.city, ulf);
    for _ in 0..3 {
        meeting.city.run(seconds(4));
        meeting.speaks(una, Some(3));
        meeting.city.run(millis(1_600));
        meeting.speaks(una, None);
    }
    meeting.city.run(seconds(3));
    let ear = &meeting.city.phone(ulf).handset.ear;
    ear.spans(Voice::numbered(3).pitch_hz, from, 0.05, 0.1)
}

#[test]
fn dropped_silence_takes_no_beginning_and_no_end_of_a_word() {
    let (all, dropped) = (sentences_heard(""), sentences_heard("dsp_drop_silence=yes"));
    assert!(all.len() >= 8, "three sentences of bursts: {all:?}");
    assert_eq!(all, dropped);
}
