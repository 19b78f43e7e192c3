//! A few hundred nights, judged by every law; a broken one names the seed that replays it.

use std::sync::atomic::{AtomicU64, Ordering};

/// `CONCLAVE_NIGHTS` asks for more, `CONCLAVE_FIRST_SEED` for others.
#[test]
fn no_law_is_broken_in_a_few_hundred_nights() {
    let (first, count) = (
        number("CONCLAVE_FIRST_SEED", 1),
        number("CONCLAVE_NIGHTS", 300),
    );
    let next = AtomicU64::new(first);
    let live = || {
        let mut broken = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                return broken;
            }
            if let Err((law, story)) = conclave_world::live_through(seed) {
                broken.push((seed, law, story));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut broken: Vec<_> = std::thread::scope(|scope| {
        let nights: Vec<_> = (0..threads).map(|_| scope.spawn(live)).collect();
        nights
            .into_iter()
            .flat_map(|night| night.join().expect("a panic is a broken law"))
            .collect()
    });
    broken.sort_by_key(|(seed, ..)| *seed);
    for (seed, law, story) in &broken {
        println!(
            "`cargo xtask sim {seed}` breaks {}: {}\n{}\n",
            law.law,
            law.how,
            story.join("\n")
        );
    }
    assert!(
        broken.is_empty(),
        "{} of {count} nights broke a law",
        broken.len()
    );
}

/// The same seed is the same night, packet for packet.
#[test]
fn a_night_can_be_replayed() {
    let live = |seed| conclave_world::live_through(seed).map_err(|(law, _)| law);
    let one = live(42).expect("night 42 breaks no law");
    let again = live(42).expect("night 42 breaks no law");
    assert_eq!(one.story, again.story);
    let packets = |night: &conclave_world::Night| -> Vec<u64> {
        night
            .city
            .exchange()
            .watches()
            .map(|(_, watch)| watch.packets)
            .collect()
    };
    assert_eq!(packets(&one), packets(&again));
    assert_eq!(one.city.call_log, again.city.call_log);
}

/// The nights are to show rooms that are on several decks, too.
#[test]
fn a_night_with_a_room_on_several_decks_is_one_of_exchanged_sound() {
    let night = conclave_world::live_through(5).map_err(|(law, _)| law);
    let night = night.expect("night 5 breaks no law");
    let frames = night.city.exchange().frames_imported();
    assert!(frames > 500, "{frames}");
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}
