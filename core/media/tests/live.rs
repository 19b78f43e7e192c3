//! What a live page shows and changes: volume, how a line does, and how soon speech is known.

mod studio;

use std::time::Duration;

use conclave_contract::{Command, Event};
use conclave_model::{Codec, LegId, LineQuality};
use studio::{Phone, Studio, roughness};

/// In the amplitude of the speaker, at -12 dB.
const A_QUARTER: std::ops::Range<f32> = 0.22..0.28;

fn set_volume(studio: &mut Studio, leg: u32, volume_db: i8) {
    studio.command(Command::SetVolume {
        leg: LegId(leg),
        volume_db,
    });
}

#[test]
fn a_volume_is_the_same_for_who_speaks_and_for_who_listens() {
    for codec in [Codec::Pcmu, Codec::Pcma, Codec::G722] {
        let mut studio = Studio::new();
        let softened = studio.join(Phone::new(1, codec, 400.0));
        let speaker = studio.join(Phone::new(2, codec, 900.0));
        let listener = studio.join(Phone::quiet(3, codec));
        studio.run_ms(1_000);
        set_volume(&mut studio, 1, -12);
        studio.run_ms(1_000);
        for hears in [speaker, listener] {
            let heard = studio.phones[hears].hears(400.0, 500);
            assert!(A_QUARTER.contains(&heard), "{codec} {heard}");
        }
        let own = studio.phones[softened].hears(900.0, 500);
        assert!((0.8..1.2).contains(&own), "{codec}: hears as before: {own}");
        set_volume(&mut studio, 1, 0);
        studio.run_ms(1_000);
        let heard = studio.phones[listener].hears(400.0, 500);
        assert!((0.8..1.2).contains(&heard), "{codec} {heard}");
    }
}

#[test]
fn a_volume_changes_without_a_click() {
    let mut studio = Studio::new();
    studio.join(Phone::new(1, Codec::G722, 400.0));
    let listener = studio.join(Phone::quiet(2, Codec::G722));
    studio.run_ms(1_000);
    studio.phones[listener].sound.clear();
    for volume_db in [-20, 0, -10, -20, 0] {
        set_volume(&mut studio, 1, volume_db);
        studio.run_ms(200);
    }
    let sound = &studio.phones[listener].sound;
    let loudest = sound.iter().fold(0.0, |most: f32, x| most.max(x.abs()));
    let rough = roughness(sound, 16_000, 400.0, loudest);
    assert!(rough < 1.5, "{rough}");
}

fn talking_at(studio: &Studio, from: Duration, wanted: bool) -> Option<Duration> {
    studio.events.iter().find_map(|(at, event)| {
        let &Event::Talking { leg, talking } = event else {
            return None;
        };
        let is_told = leg == LegId(1) && talking == wanted && *at > from;
        is_told.then(|| *at - from)
    })
}

#[test]
fn speech_is_known_within_100_ms_and_its_end_within_500() {
    for codec in Codec::ALL {
        let mut studio = Studio::new();
        let mut phone = Phone::new(1, codec, 400.0);
        phone.talks = false;
        let talker = studio.join(phone);
        studio.join(Phone::quiet(2, codec));
        studio.run_ms(3_000);
        let before = studio.now - studio.began;
        studio.phones[talker].talks = true;
        studio.run_ms(2_000);
        let began = talking_at(&studio, before, true).expect("heard");
        // Its first sound comes in with the tick after.
        assert!(began <= Duration::from_millis(120), "{codec} {began:?}");
        let before = studio.now - studio.began;
        studio.phones[talker].talks = false;
        studio.run_ms(2_000);
        let ended = talking_at(&studio, before, false).expect("heard");
        assert!(ended <= Duration::from_millis(520), "{codec} {ended:?}");
    }
}

fn measured(studio: &Studio) -> Vec<LineQuality> {
    let found = studio.events.iter().filter_map(|(_, event)| {
        if let Event::Quality { leg, quality } = event {
            (*leg == LegId(1)).then_some(*quality)
        } else {
            None
        }
    });
    found.collect()
}

#[test]
fn a_line_is_told_of_when_it_changes_and_not_while_it_stays() {
    let mut studio = Studio::new();
    let lossy = studio.join(Phone::new(1, Codec::Pcmu, 400.0));
    studio.join(Phone::quiet(2, Codec::Pcmu));
    studio.run_ms(26_000);
    let fine = measured(&studio);
    assert_eq!(fine.len(), 1, "{fine:?}");
    assert!(fine[0].loss_in_percent < 0.5 && fine[0].jitter_ms < 5.0);
    studio.phones[lossy].loss = 26;
    studio.run_ms(11_000);
    let worst = measured(&studio)
        .into_iter()
        .map(|quality| quality.loss_in_percent)
        .fold(0.0, f32::max);
    assert!((4.0..18.0).contains(&worst), "one in ten is lost: {worst}");
    let told = measured(&studio).len();
    assert!(told <= 4, "at most every five seconds: {told}");
}

#[test]
fn a_leg_that_never_sent_has_no_quality() {
    let mut studio = Studio::new();
    let mut phone = Phone::quiet(1, Codec::Pcmu);
    phone.sends = false;
    studio.join(phone);
    studio.join(Phone::quiet(2, Codec::Pcmu));
    studio.run_ms(20_000);
    assert!(measured(&studio).is_empty());
}
