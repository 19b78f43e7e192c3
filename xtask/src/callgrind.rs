//! What callgrind counted, by whose code it was; runs nothing and compares nothing.

use std::ops::AddAssign;

/// Instructions, by where the code comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Instructions {
    /// Rust: this repository, what it is built from, and the standard library.
    pub rust: u64,
    /// C that was compiled into the program: libopus.
    pub c: u64,
    /// The system's own libraries, such as memcpy: they differ from system to system.
    pub system: u64,
}

impl Instructions {
    /// Reads the file that callgrind writes with `--compress-strings=no --compress-pos=no`.
    ///
    /// `program` is the end of the path of the program that was run.
    ///
    /// # Errors
    /// The first line that is not as expected, or that nothing at all was counted.
    pub fn of_file(text: &str, program: &str) -> Result<Self, String> {
        let mut sum = Self::default();
        let mut whose = Whose::System;
        let (mut is_program, mut function) = (false, "");
        let mut is_call = false;
        for line in text.lines() {
            if let Some(object) = line.strip_prefix("ob=") {
                is_program = object.ends_with(program);
                whose = Whose::of(is_program, function);
            } else if let Some(name) = line.strip_prefix("fn=") {
                function = name;
                whose = Whose::of(is_program, function);
            } else if line.starts_with("calls=") {
                is_call = true;
            } else if line.starts_with(|first: char| first.is_ascii_digit()) {
                // The line behind `calls=` is what the callee cost, which is counted there.
                if !std::mem::take(&mut is_call) {
                    let cost = line.split(' ').nth(1).and_then(|cost| cost.parse().ok());
                    sum += whose.cost(cost.ok_or_else(|| format!("callgrind wrote {line:?}"))?);
                }
            }
        }
        if sum.rust == 0 {
            return Err(format!("callgrind saw nothing of {program}"));
        }
        Ok(sum)
    }
}

impl AddAssign for Instructions {
    fn add_assign(&mut self, more: Self) {
        self.rust += more.rust;
        self.c += more.c;
        self.system += more.system;
    }
}

#[derive(Clone, Copy)]
enum Whose {
    Rust,
    C,
    System,
}

impl Whose {
    /// No name in C has a path or an angle bracket, every name in Rust has.
    fn of(is_program: bool, function: &str) -> Self {
        match (
            is_program,
            function.contains("::") || function.contains('<'),
        ) {
            (true, true) => Self::Rust,
            (true, false) => Self::C,
            (false, _) => Self::System,
        }
    }

    fn cost(self, cost: u64) -> Instructions {
        let mut instructions = Instructions::default();
        match self {
            Self::Rust => instructions.rust = cost,
            Self::C => instructions.c = cost,
            Self::System => instructions.system = cost,
        }
        instructions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
# callgrind format
version: 1
cmd: /t/examples/deck_cost pcmu
positions: line
events: Ir
summary: 157

ob=/t/examples/deck_cost
fl=deck.rs
fn=conclave_media::deck::Deck::tick
10 5
11 20
fi=mod.rs
7 3
cob=/usr/lib/libc.so.6
cfi=memmove.S
cfn=__memcpy_avx_unaligned_erms
calls=2 0
12 100
fe=deck.rs
13 1

fl=???
fn=opus_encode_native
0 40

ob=/usr/lib/libc.so.6
fl=memmove.S
fn=__memcpy_avx_unaligned_erms
0 88
";

    #[test]
    fn each_instruction_is_counted_once_where_it_ran() {
        let expected = Instructions {
            rust: 29,
            c: 40,
            system: 88,
        };
        assert_eq!(Instructions::of_file(FILE, "/deck_cost"), Ok(expected));
    }

    #[test]
    fn a_file_without_our_code_or_with_other_lines_is_refused() {
        assert!(Instructions::of_file(FILE, "/another").is_err());
        let odd = FILE.replace("11 20", "11 many");
        assert!(Instructions::of_file(&odd, "/deck_cost").is_err());
    }
}
