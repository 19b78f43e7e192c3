//! Ten thousand guesses at a PIN, and an honest caller who joins meanwhile: with figures.

use std::time::{Duration, Instant};

use conclave_contract::{DigitSource, Event as MediaEvent};
use conclave_model::{Digit, limits};

use super::Town;
use super::town::Line;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
const GUESSES: usize = 10_000;
/// One that mistypes is another kind: these guess as fast as they may.
const ATTACKERS: u8 = 10;

#[derive(Debug)]
struct Attack {
    guesses: usize,
    took: Duration,
    /// From the last key of the right PIN to the room, of callers during the attack.
    honest: Vec<Duration>,
}

impl Attack {
    fn guesses_an_hour(&self) -> f64 {
        self.guesses as f64 / (self.took.as_secs_f64() / HOUR.as_secs_f64())
    }
}

#[test]
fn ten_thousand_guesses_take_days_and_an_honest_caller_gets_in_within_seconds() {
    let before = attack(true);
    let after = attack(false);
    let slowest = |attack: &Attack| attack.honest.iter().max().copied().unwrap();
    println!(
        "{ATTACKERS} sources: {:.0} guesses an hour unguarded, {:.0} guarded; 10,000 take {:.1} h \
         and {:.0} h; honest callers got in {:.1} s and {:.1} s after the last key at most",
        before.guesses_an_hour(),
        after.guesses_an_hour(),
        GUESSES as f64 / before.guesses_an_hour(),
        GUESSES as f64 / after.guesses_an_hour(),
        slowest(&before).as_secs_f64(),
        slowest(&after).as_secs_f64(),
    );
    assert!(before.guesses >= GUESSES, "nothing slows a trusted network");
    assert!(after.guesses_an_hour() * 50.0 < before.guesses_an_hour());
    assert!(after.honest.len() >= 10, "{after:?}");
    // A tick of the loop below more than the wait.
    assert!(slowest(&after) <= limits::ROOM_GUESS_WAIT_MOST + SECOND);
}

fn attack(trusted: bool) -> Attack {
    let mut town = Town::with(|config| {
        if trusted {
            config.own_networks = vec!["0.0.0.0/0".parse().unwrap()];
        }
    });
    town.add_room("801", Some("627184"));
    let (start, mut honest, mut next_honest) = (town.now, Vec::new(), town.now);
    let mut guesses = 0;
    while guesses < GUESSES && town.now - start < 24 * HOUR {
        guesses += round(&mut town);
        town.phone_events.clear();
        if town.now >= next_honest {
            // Somebody else each time: nobody whom the room knows.
            let number = u8::try_from(honest.len()).unwrap_or(u8::MAX);
            honest.push(joins(&mut town, [203, 0, 113, number]));
            next_honest = town.now + (HOUR / 2).min((town.now - start) / 4);
        }
    }
    Attack {
        guesses,
        took: town.now - start,
        honest,
    }
}

/// Every attacker who is heard calls and guesses three times. How many guesses were judged.
fn round(town: &mut Town) -> usize {
    let mut lines = Vec::new();
    for attacker in 0..ATTACKERS {
        lines.extend(calls(town, [198, 51, 100, attacker]));
    }
    town.pass(2 * SECOND);
    for _ in 0..limits::PIN_TRIES {
        let said: Vec<usize> = lines.iter().map(|line| town.heard(*line).len()).collect();
        for line in &lines {
            types(town, *line, "111111");
        }
        let asked = town.now;
        let waits = |town: &mut Town| {
            let mut both = lines.iter().zip(&said);
            both.any(|(line, said)| {
                town.studio.legs.contains_key(&line.leg) && town.heard(*line).len() == *said
            })
        };
        while waits(town) && town.now - asked < limits::GUESS_WAIT_MOST + SECOND {
            town.pass(SECOND / 2);
        }
        lines.retain(|line| town.studio.legs.contains_key(&line.leg));
    }
    town.pass(10 * SECOND);
    let records = std::mem::take(&mut town.records);
    records
        .iter()
        .map(|call| usize::from(call.pins_wrong))
        .sum()
}

fn joins(town: &mut Town, from: [u8; 4]) -> Duration {
    let line = calls(town, from).expect("an honest caller is heard");
    town.pass(2 * SECOND);
    types(town, line, "627184");
    let typed: Instant = town.now;
    while town.studio.leg(line.leg).stage.is_none() {
        town.pass(SECOND / 10);
        assert!(town.now - typed < 60 * SECOND, "locked out");
    }
    let waited = town.now - typed;
    town.hang_up(line);
    town.pass(SECOND);
    waited
}

/// `None`: the server does not hear it.
fn calls(town: &mut Town, from: [u8; 4]) -> Option<Line> {
    let session = town.dial_from(from.into(), "801");
    if town.is_answered(session) {
        let leg = *town.studio.opened.last()?;
        return Some(Line { session, leg });
    }
    town.phone.bye(town.now, session, None);
    town.run();
    None
}

fn types(town: &mut Town, line: Line, keys: &str) {
    for key in keys.chars() {
        town.media(MediaEvent::Digit {
            leg: line.leg,
            digit: Digit::from_char(key).unwrap(),
            source: DigitSource::TelephoneEvent,
        });
    }
}
