//! The verb `instructions`: whether a tick still costs what was recorded; knows no clock.

use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};

use toml::Table;

use crate::callgrind::Instructions;
use crate::{Done, cargo, finished, root, target_dir, tools};

/// Compares with what is recorded, or with `--record` writes it down anew.
///
/// # Errors
/// When something cannot be counted, or a count is off; the table says which.
pub fn instructions(words: &[&str]) -> Done {
    if let Some(why) = obstacle() {
        return Err(why);
    }
    tools::ensure(&tools::FOR_INSTRUCTIONS)?;
    match words {
        [] => match not_comparable()? {
            Some(why) => Err(why),
            None => compare(),
        },
        ["--record"] => record(),
        _ => Err("cargo xtask instructions [--record]".to_owned()),
    }
}

/// Why this machine would count something else, if it would.
///
/// callgrind shows every program the same processor, as long as the real one has its extensions;
/// so libopus and memcpy choose the same code on every machine with AVX2.
pub fn obstacle() -> Option<String> {
    let about = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let has_avx2 = about.split_whitespace().any(|flag| flag == "avx2");
    (!has_avx2).then(|| "the figures are for x86-64 with AVX2, which this is not".to_owned())
}

/// Why the recorded figures say nothing about what is built here, if they do not.
///
/// # Errors
/// When they cannot be read, or a compiler cannot be asked for its version.
pub fn not_comparable() -> Result<Option<String>, String> {
    let recorded = Recorded::read()?.compilers;
    let here = compilers()?;
    Ok((recorded != here).then(|| {
        format!("recorded with {recorded}, and this is {here}: `cargo xtask instructions --record`")
    }))
}

/// Counts every room and compares it with what is recorded.
///
/// # Errors
/// A sentence that says what to do, when a count is off by more than it may.
pub fn compare() -> Done {
    let recorded = Recorded::read()?;
    println!("{:<6} {:>7} {:>9} {:>9}", "room", "", "recorded", "now");
    let (mut more, mut less) = (false, false);
    for (room, counted) in count_all()? {
        let expected = recorded.of(room)?;
        for part in PARTS {
            let (was, is) = ((part.of)(&expected), (part.of)(&counted));
            let change = change_percent(was, is);
            println!(
                "{room:<6} {:>7} {was:>9} {is:>9} {change:>+6.1} %",
                part.name
            );
            more |= change > part.more_percent;
            less |= change < -part.less_percent;
        }
    }
    let what = match (more, less) {
        (false, false) => return Ok(()),
        (true, _) => "A tick costs more than it did. Find out why; if it is worth it",
        (false, true) => "A tick costs less than it did. So that it stays",
    };
    Err(format!(
        "{what}, `cargo xtask instructions --record`, and say the reason in the commit."
    ))
}

fn record() -> Done {
    let mut text = format!("{HEAD}\ncompilers = {:?}\n", compilers()?);
    for (room, counted) in count_all()? {
        let _ = write!(text, "\n[{room}]\n");
        for part in PARTS {
            let _ = writeln!(text, "{} = {}", part.name, (part.of)(&counted));
        }
    }
    print!("{text}");
    let file = root().join(FILE);
    fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// For a leg and tick in each room. Built from what the tests are built from, but never
/// incrementally: then less is inlined, and what is depends on what was built before.
fn count_all() -> Result<Vec<(&'static str, Instructions)>, String> {
    let mut build = cargo();
    build.args(["build", "--workspace", "--example", PROGRAM]);
    finished(build.env("CARGO_INCREMENTAL", "0"))?;
    ROOMS.iter().map(|room| Ok((*room, count(room)?))).collect()
}

fn count(room: &str) -> Result<Instructions, String> {
    let file = target_dir().join(format!("{PROGRAM}.{room}.callgrind"));
    let program = target_dir().join("debug/examples").join(PROGRAM);
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args([
            "--tool=callgrind",
            "--quiet",
            "--toggle-collect=*::counted_tick",
        ])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(program)
        .args([room, "counted"])
        .stderr(Stdio::inherit());
    let output = valgrind
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let leg_ticks = said
        .lines()
        .find_map(|line| line.strip_prefix("leg-ticks "));
    let leg_ticks: u64 = (leg_ticks.and_then(|count| count.parse().ok()))
        .ok_or_else(|| format!("valgrind {PROGRAM} {room}: {}, {said}", output.status))?;
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let all = Instructions::of_file(&text, PROGRAM)?;
    Ok(Instructions {
        rust: all.rust / leg_ticks,
        c: all.c / leg_ticks,
        system: all.system / leg_ticks,
    })
}

/// The versions that decide which instructions are made.
fn compilers() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let rustc = said(Command::new(rustc).arg("--version"))?;
    let cc = said(Command::new("cc").arg("-dumpversion"))?;
    let rustc = rustc.split(' ').nth(1).unwrap_or("unknown");
    Ok(format!("rustc {rustc}, cc {}", cc.trim()))
}

fn said(command: &mut Command) -> Result<String, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What the repository says.
struct Recorded {
    compilers: String,
    rooms: Table,
}

impl Recorded {
    fn read() -> Result<Self, String> {
        let file = root().join(FILE);
        let text = fs::read_to_string(&file).map_err(|error| format!("{FILE}: {error}"))?;
        let rooms: Table = text.parse().map_err(|error| format!("{FILE}: {error}"))?;
        let compilers = rooms.get("compilers").and_then(|value| value.as_str());
        let compilers = compilers.ok_or(format!("{FILE} does not say with which compilers"))?;
        Ok(Self {
            compilers: compilers.to_owned(),
            rooms,
        })
    }

    fn of(&self, room: &str) -> Result<Instructions, String> {
        let part = |name: &str| {
            let figure = self.rooms.get(room)?.get(name)?.as_integer()?;
            u64::try_from(figure).ok()
        };
        let missing = |name| format!("{FILE} has no number {room}.{name}");
        Ok(Instructions {
            rust: part("rust").ok_or_else(|| missing("rust"))?,
            c: part("c").ok_or_else(|| missing("c"))?,
            system: part("system").ok_or_else(|| missing("system"))?,
        })
    }
}

/// What is compared, and how far it may be off.
struct Part {
    name: &'static str,
    of: fn(&Instructions) -> u64,
    more_percent: f64,
    less_percent: f64,
}

const PARTS: [Part; 3] = [
    Part {
        name: "rust",
        of: |counted| counted.rust,
        more_percent: 5.0,
        less_percent: 5.0,
    },
    Part {
        name: "c",
        of: |counted| counted.c,
        more_percent: 5.0,
        less_percent: 5.0,
    },
    // Another version of the system's C library copies with other instructions (45 % more without
    // AVX2, as measured); twice as many are buffers that are filled or copied for nothing.
    Part {
        name: "system",
        of: |counted| counted.system,
        more_percent: 100.0,
        less_percent: 100.0,
    },
];

fn change_percent(was: u64, is: u64) -> f64 {
    // A part that is not there at all may be a handful of instructions without being 5 % more.
    let was = was.max(LEAST) as f64;
    (is.max(LEAST) as f64 - was) / was * 100.0
}

const LEAST: u64 = 20;
const PROGRAM: &str = "deck_cost";
const FILE: &str = "shell/engine/examples/instructions.toml";
/// As `deck_cost` calls them.
const ROOMS: [&str; 4] = ["pcmu", "g722", "opus", "mixed"];
const HEAD: &str = "\
# Instructions for each leg and tick in a room of 200 with 3 talkers, in the development build, as
# callgrind counts them. `cargo xtask test` fails when one is off by more than 5 % (the system's
# libraries: 100 %). To change a figure on purpose: `cargo xtask instructions --record`.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_room_is_recorded() {
        let recorded = Recorded::read().unwrap();
        for room in ROOMS {
            assert!(recorded.of(room).unwrap().rust > 0, "{room}");
        }
        assert!(recorded.of("nowhere").is_err());
    }

    #[test]
    fn more_and_less_are_told_apart_and_next_to_nothing_is_nothing() {
        assert!(change_percent(1_000, 1_051) > 5.0);
        assert!(change_percent(1_000, 949) < -5.0);
        assert!(change_percent(0, 3).abs() < 1e-9);
    }
}
