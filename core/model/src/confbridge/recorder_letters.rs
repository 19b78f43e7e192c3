//! MixMonitor's letters as far as they mean something for a room of ours; records nothing.

/// What letters say of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecorderOptions {
    pub append: bool,
    pub volume: RecordVolume,
    /// What was typed too and changes nothing, with the reason, each once.
    pub idle: Vec<(char, IdleLetter)>,
}

/// How much louder or softer than the room: steps of 6 dB, as MixMonitor counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordVolume(i8);

/// Why a letter changes nothing. Most are about a recorder that is a party of a call, which
/// ConfBridge's is: one that hears the room and says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleLetter {
    /// `b`: the recorder is connected all the time.
    AlwaysConnected,
    /// `V(x)`, `t(file)`: the recorder says nothing.
    NothingSpoken,
    /// `r(file)`, `D`, `S`, `n`: all there is, is in the one file.
    OneFileHasAll,
    /// `i(variable)`, `c`: there is no dialplan.
    NoDialplan,
    /// `p`, `P`, `B(seconds)`: everybody is told in words.
    ToldInWords,
}

/// Why letters are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedLetter {
    /// `d`: a recording is deleted by its age, or by hand.
    Deletes,
    /// `m(mailbox)`.
    NoMailbox,
    /// Not from -4 to 4.
    Volume(char),
    /// `(` is missing after a letter that needs it, or its `)`.
    Argument(char),
    Unknown(char),
    Empty,
}

impl RecordVolume {
    /// -4 to 4.
    #[must_use]
    pub const fn new(steps: i8) -> Option<Self> {
        if steps < -4 || steps > 4 {
            return None;
        }
        Some(Self(steps))
    }

    /// What samples are multiplied by: a sixteenth to sixteen.
    #[must_use]
    pub fn factor(self) -> f32 {
        f32::from(self.0).exp2()
    }
}

/// Reads letters as MixMonitor does: each by itself, some with an argument in parentheses, the
/// later of two wins.
///
/// # Errors
/// The first letter that is not taken.
pub fn read_recorder_options(text: &str) -> Result<RecorderOptions, RefusedLetter> {
    let mut options = RecorderOptions::default();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        let argument = if takes_argument(letter) {
            let (argument, behind) = in_parentheses(rest).ok_or(RefusedLetter::Argument(letter))?;
            rest = behind;
            argument
        } else {
            ""
        };
        options.take(letter, argument)?;
    }
    if text.is_empty() {
        return Err(RefusedLetter::Empty);
    }
    Ok(options)
}

impl RecorderOptions {
    fn take(&mut self, letter: char, argument: &str) -> Result<(), RefusedLetter> {
        let why = match letter {
            'a' => {
                self.append = true;
                return Ok(());
            }
            'v' | 'W' => {
                self.volume = volume(letter, argument)?;
                return Ok(());
            }
            'V' => volume(letter, argument).map(|_| IdleLetter::NothingSpoken)?,
            't' => IdleLetter::NothingSpoken,
            'b' => IdleLetter::AlwaysConnected,
            'r' | 'D' | 'S' | 'n' => IdleLetter::OneFileHasAll,
            'i' | 'c' => IdleLetter::NoDialplan,
            'p' | 'P' | 'B' => IdleLetter::ToldInWords,
            'd' => return Err(RefusedLetter::Deletes),
            'm' => return Err(RefusedLetter::NoMailbox),
            other => return Err(RefusedLetter::Unknown(other)),
        };
        if !self.idle.iter().any(|(known, _)| *known == letter) {
            self.idle.push((letter, why));
        }
        Ok(())
    }
}

const fn takes_argument(letter: char) -> bool {
    matches!(letter, 'v' | 'V' | 'W' | 'r' | 't' | 'i' | 'B' | 'm')
}

fn volume(letter: char, argument: &str) -> Result<RecordVolume, RefusedLetter> {
    let steps: Option<i8> = argument.trim().parse().ok();
    steps
        .and_then(RecordVolume::new)
        .ok_or(RefusedLetter::Volume(letter))
}

/// What stands in the parentheses that come first, and what behind them.
fn in_parentheses(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('(')?.split_once(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_what_does_nothing_and_what_is_refused_are_told_apart() {
        let options = read_recorder_options("abv(-2)V(1)r(in.wav)t(out.wav)i(ID)").unwrap();
        assert!(options.append);
        assert_eq!(options.volume, RecordVolume(-2));
        let idle: String = options.idle.iter().map(|(letter, _)| *letter).collect();
        assert_eq!(idle, "bVrti");
        for (text, why) in [
            ("", RefusedLetter::Empty),
            ("ad", RefusedLetter::Deletes),
            ("m(100)", RefusedLetter::NoMailbox),
            ("v(5)", RefusedLetter::Volume('v')),
            ("W(loud)", RefusedLetter::Volume('W')),
            ("v", RefusedLetter::Argument('v')),
            ("v(1", RefusedLetter::Argument('v')),
            ("ax", RefusedLetter::Unknown('x')),
            ("a b", RefusedLetter::Unknown(' ')),
            ("ä", RefusedLetter::Unknown('ä')),
        ] {
            assert_eq!(read_recorder_options(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn a_step_is_twice_as_loud_and_the_later_one_wins() {
        let volume = |text| read_recorder_options(text).unwrap().volume;
        assert_eq!(volume("v(1)").factor(), 2.0);
        assert_eq!(volume("v(1)W(-1)").factor(), 0.5);
        assert_eq!(volume("a").factor(), 1.0);
        assert_eq!(volume("v(4)").factor(), 16.0);
    }
}
