//! Replays one night of the simulated city: `conclave-world SEED [COUNT]`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let (first, count) = match (numbers.next(), numbers.next()) {
        (Some(Ok(first)), None) => (first, 1),
        (Some(Ok(first)), Some(Ok(count))) => (first, count),
        (Some(Err(_)) | None, _) | (_, Some(Err(_))) => {
            eprintln!("usage: conclave-world SEED [COUNT]; both are whole numbers");
            return ExitCode::from(2);
        }
    };
    let mut broken_nights = 0;
    for seed in first..first.saturating_add(count) {
        match conclave_world::live_through(seed) {
            Ok(night) if count == 1 => println!("{}\nno law was broken", night.story.join("\n")),
            Ok(_) => {}
            Err((broken, story)) => {
                broken_nights += 1;
                println!(
                    "{}\nBROKEN {}: {}",
                    story.join("\n"),
                    broken.law,
                    broken.how
                );
            }
        }
    }
    println!(
        "{} nights lived through, {broken_nights} with a broken law",
        count
    );
    if broken_nights == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
