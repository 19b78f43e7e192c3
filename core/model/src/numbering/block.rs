//! Numbers that begin alike and end in an extension, as a carrier hands them out.

use std::fmt;

use super::e164::is_separator;
use crate::{E164, FieldError, UnixMillis, limits};

/// `+49 991 29691` with the extensions 0 to 999. A value of this type is always valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberBlock {
    /// As it was written, for people.
    written: Box<str>,
    /// Without the plus.
    prefix: Box<str>,
    first: Box<str>,
    last: Box<str>,
    pub created_at: UnixMillis,
}

impl NumberBlock {
    /// `prefix`: `+49 991 29691`; `first` and `last`: `0` and `999`, or `00` and `99`: as many
    /// digits as theirs, and all between, may an extension have.
    ///
    /// # Errors
    /// Names the field: `prefix`, `first` or `last`.
    pub fn read(
        prefix: &str,
        first: &str,
        last: &str,
        created_at: UnixMillis,
    ) -> Result<Self, FieldError> {
        let written: String = prefix.trim().chars().take(limits::NUMBER_CHARS).collect();
        let digits = prefix_digits(&written)?;
        let room = limits::E164_DIGITS.end() - digits.len();
        let extension = |field: &'static str, text: &str| {
            let text = text.trim();
            let most = room.min(*limits::BLOCK_EXTENSION_DIGITS.end());
            let fits =
                (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            if fits {
                Ok(Box::<str>::from(text))
            } else {
                let accepted = format!("1 to {most} digits behind this prefix");
                Err(FieldError::new(field, text, accepted))
            }
        };
        let (first, last) = (extension("first", first)?, extension("last", last)?);
        let in_order = first.len() <= last.len() && value(&first) <= value(&last);
        if !in_order {
            let accepted = format!("an extension that is not below {first}, nor shorter");
            return Err(FieldError::new("last", &last, accepted));
        }
        let written = written.trim_end_matches(is_separator).into();
        Ok(Self {
            written,
            prefix: digits.into(),
            first,
            last,
            created_at,
        })
    }

    /// The digits that all its numbers begin with, without the plus.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The same as it was written.
    #[must_use]
    pub fn written(&self) -> &str {
        &self.written
    }

    #[must_use]
    pub fn first(&self) -> &str {
        &self.first
    }

    #[must_use]
    pub fn last(&self) -> &str {
        &self.last
    }

    /// Whether a number of this block ends in this extension.
    #[must_use]
    pub fn holds(&self, extension: &str) -> bool {
        (self.first.len()..=self.last.len()).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_digit())
            && (value(&self.first)..=value(&self.last)).contains(&value(extension))
    }

    /// The whole number of an extension that it holds.
    #[must_use]
    pub fn number_of(&self, extension: &str) -> Option<E164> {
        let holds = self.holds(extension);
        holds.then(|| E164::of_digits(&format!("{}{extension}", self.prefix)))?
    }

    /// The extension of a number that is in it.
    #[must_use]
    pub fn extension_of<'a>(&self, number: &'a E164) -> Option<&'a str> {
        let extension = number.digits().strip_prefix(&*self.prefix)?;
        self.holds(extension).then_some(extension)
    }

    /// As a letterhead has it: `+49 991 29691-801` (DIN 5008).
    #[must_use]
    pub fn shown(&self, extension: &str) -> String {
        format!("{}-{extension}", self.written)
    }

    /// Whether one number would be in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (long, short) = if self.prefix.len() >= other.prefix.len() {
            (self, other)
        } else {
            (other, self)
        };
        let Some(rest) = long.prefix.strip_prefix(&*short.prefix) else {
            return false;
        };
        (long.first.len()..=long.last.len()).any(|digits| {
            let least = value(&long.first);
            let most = value(&long.last).min(10_u64.pow(digits_u32(digits)) - 1);
            let begins = value(rest) * 10_u64.pow(digits_u32(digits));
            let (from, to) = (begins + least, begins + most);
            (short.first.len()..=short.last.len()).contains(&(rest.len() + digits))
                && from <= value(&short.last)
                && value(&short.first) <= to
        })
    }
}

/// `+4999129691-0-999`: its key in a path.
impl fmt::Display for NumberBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}-{}-{}", self.prefix, self.first, self.last)
    }
}

fn prefix_digits(written: &str) -> Result<String, FieldError> {
    let digits = written.strip_prefix('+').map(|rest| {
        let digits = rest.chars().filter(|c| !is_separator(*c));
        digits.collect::<String>()
    });
    let fits = |digits: &String| {
        limits::BLOCK_PREFIX_DIGITS.contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    };
    digits.filter(fits).ok_or_else(|| {
        let (least, most) = limits::BLOCK_PREFIX_DIGITS.into_inner();
        let accepted = format!(
            "what its numbers begin with, as +49 991 29691: + and {least} to {most} digits"
        );
        FieldError::new("prefix", written, accepted)
    })
}

/// Of at most fifteen digits.
fn value(digits: &str) -> u64 {
    digits.bytes().fold(0, |sum: u64, byte| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(byte.saturating_sub(b'0')))
    })
}

fn digits_u32(digits: usize) -> u32 {
    u32::try_from(digits).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(prefix: &str, first: &str, last: &str) -> NumberBlock {
        NumberBlock::read(prefix, first, last, UnixMillis(0)).unwrap()
    }

    #[test]
    fn it_holds_extensions_of_its_range_with_its_counts_of_digits() {
        let one = block("+49 (991) 29691-", "0", "999");
        assert_eq!(one.to_string(), "+4999129691-0-999");
        assert_eq!(one.shown("801"), "+49 (991) 29691-801");
        for (extension, holds) in [("0", true), ("801", true), ("1000", false), ("x", false)] {
            assert_eq!(one.holds(extension), holds, "{extension}");
        }
        let two = block("+4999129691", "00", "99");
        assert!(!two.holds("800") && !two.holds("5") && two.holds("05"));
        let number = one.number_of("801").unwrap();
        assert_eq!(number.to_string(), "+4999129691801");
        assert_eq!(one.extension_of(&number), Some("801"));
    }

    #[test]
    fn two_blocks_overlap_when_a_number_could_be_of_both() {
        let house = block("+4999129691", "0", "999");
        for (prefix, first, last, overlaps) in [
            ("+4999129691", "500", "600", true),
            ("+4999129691", "1000", "1999", false),
            ("+49991296918", "00", "99", true),
            ("+49991296918", "000", "999", false),
            ("+4999129692", "0", "999", false),
            ("+499912969", "10", "12", true),
            ("+499912969", "20", "22", false),
        ] {
            let other = block(prefix, first, last);
            assert_eq!(house.overlaps(&other), overlaps, "{other}");
            assert_eq!(other.overlaps(&house), overlaps, "{other}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (prefix, first, last, field) in [
            ("0991 29691", "0", "99", "prefix"),
            ("+49", "0", "99", "prefix"),
            ("+49 991 29691", "", "99", "first"),
            ("+49 991 29691", "0", "1234567", "last"),
            ("+49 991 29691", "50", "40", "last"),
            ("+49 991 29691", "500", "99", "last"),
            ("+49991296911234", "0", "99", "last"),
        ] {
            let error = NumberBlock::read(prefix, first, last, UnixMillis(0)).unwrap_err();
            assert_eq!(error.field, field, "{prefix} {first} {last}");
        }
    }
}
