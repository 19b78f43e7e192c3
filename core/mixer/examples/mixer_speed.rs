//! Times one stage: three talkers, two hundred listeners, three sample rates; run it in release.
#![allow(clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::Instant;

use conclave_mixer::{Limiter, Mix, Slot, TalkerSelect};

const TICKS: u32 = 20_000;

fn main() {
    time("choose among 200, 10 audible", || {
        let mut select = TalkerSelect::new();
        move || {
            select.begin();
            for slot in 0..200 {
                select.heard(Slot(slot), -30.0 - (slot % 10) as f32, slot % 20 == 0);
            }
            black_box(select.choose());
        }
    });
    for rate_hz in [8_000, 16_000, 48_000] {
        for (what, loudness) in [("within full scale", 0.2), ("limited", 0.9)] {
            let name = format!("{rate_hz} Hz: mix for all, 3 for talkers, 4 limiters, {what}");
            time(&name, || stage(rate_hz, loudness));
        }
    }
}

/// What a tick costs at one rate, however many listen.
fn stage(rate_hz: u32, loudness: f32) -> impl FnMut() {
    let frame = rate_hz as usize / 50;
    let mut mix = Mix::new(frame);
    let mut limiters = vec![Limiter::new(rate_hz); 4];
    let sound: Vec<f32> = (0..frame)
        .map(|n| (n as f32 * 0.2).sin() * loudness)
        .collect();
    let mut heard = vec![0.0; frame];
    move || {
        mix.clear();
        for slot in 0..3 {
            if let Some(buffer) = mix.talker(Slot(slot)) {
                buffer.copy_from_slice(&sound);
            }
        }
        mix.all(&mut heard);
        limiters[3].process(&mut heard);
        black_box(&heard);
        for slot in 0..3 {
            mix.all_but(Slot(slot), &mut heard);
            limiters[slot as usize].process(&mut heard);
            black_box(&heard);
        }
    }
}

fn time<F: FnMut()>(what: &str, make: impl Fn() -> F) {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let mut work = make();
        let start = Instant::now();
        for _ in 0..TICKS {
            work();
        }
        best = best.min(start.elapsed().as_secs_f64() / f64::from(TICKS));
    }
    println!("{:9.0} ns  {what}", best * 1e9);
}
