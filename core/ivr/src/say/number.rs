//! A whole number as a person says it; knows no sentence around it.

use conclave_contract::Segment;
use conclave_model::{Language, Prompt};

/// The largest number that is said exactly; anything above is said as this.
pub const NUMBER_MAX: u32 = 999_999;

/// "dreiundzwanzig", "one-before hundred and two", "zwölftausenddreihundert".
#[must_use]
pub fn number(number: u32, language: Language) -> Vec<Segment> {
    words(number.min(NUMBER_MAX), language)
        .into_iter()
        .map(|prompt| Segment::Prompt(prompt, language))
        .collect()
}

/// The words of a number up to [`NUMBER_MAX`].
pub(super) fn words(number: u32, language: Language) -> Vec<Prompt> {
    let thousands = number / 1_000;
    let rest = number % 1_000;
    let mut words = Vec::new();
    if thousands > 0 {
        words.extend(multiplier(thousands, language));
        words.push(Prompt::Thousand);
    }
    if rest > 0 || thousands == 0 {
        // "One thousand and five", but "one-before thousand two hundred".
        if thousands > 0 && rest < 100 && language == Language::English {
            words.push(Prompt::And);
        }
        words.extend(below_thousand(rest, language));
    }
    words
}

/// "One" in English, "ein" in German: what stands before "hundred" and "thousand".
fn multiplier(number: u32, language: Language) -> Vec<Prompt> {
    let mut words = below_thousand(number, language);
    if words.last() == Some(&Prompt::Number(1)) {
        words.pop();
        words.push(Prompt::OneBefore);
    }
    words
}

fn below_thousand(number: u32, language: Language) -> Vec<Prompt> {
    let hundreds = number / 100;
    let rest = number % 100;
    let mut words = Vec::new();
    if hundreds > 0 {
        words.push(match hundreds {
            1 => Prompt::OneBefore,
            several => small(several),
        });
        words.push(Prompt::Hundred);
    }
    if rest > 0 || hundreds == 0 {
        if hundreds > 0 && language == Language::English {
            words.push(Prompt::And);
        }
        words.push(small(rest));
    }
    words
}

fn small(number: u32) -> Prompt {
    Prompt::Number(u8::try_from(number).unwrap_or(99).min(99))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: u32, language: Language) -> String {
        let words: Vec<String> = words(value, language)
            .into_iter()
            .map(|word| word.file_stem().replace("number-", ""))
            .collect();
        words.join(" ")
    }

    #[test]
    fn english_puts_and_before_the_last_part() {
        for (value, words) in [
            (0, "0"),
            (23, "23"),
            (100, "one-before hundred"),
            (102, "one-before hundred and 2"),
            (340, "3 hundred and 40"),
            (1_000, "one-before thousand"),
            (1_005, "one-before thousand and 5"),
            (1_200, "one-before thousand 2 hundred"),
            (21_101, "21 thousand one-before hundred and 1"),
            (101_000, "one-before hundred and one-before thousand"),
        ] {
            assert_eq!(said(value, Language::English), words);
        }
    }

    #[test]
    fn german_joins_without_and_but_says_ein_before_hundred_and_thousand() {
        for (value, words) in [
            (1, "1"),
            (23, "23"),
            (101, "one-before hundred 1"),
            (202, "2 hundred 2"),
            (1_001, "one-before thousand 1"),
            (1_100, "one-before thousand one-before hundred"),
            (101_000, "one-before hundred one-before thousand"),
            (21_000, "21 thousand"),
        ] {
            assert_eq!(said(value, Language::German), words);
        }
    }

    #[test]
    fn every_number_is_said_in_at_most_nine_words_of_the_manifest() {
        for value in (0..=NUMBER_MAX).step_by(37).chain([NUMBER_MAX]) {
            for language in Language::ALL {
                let words = words(value, language);
                assert!(!words.is_empty() && words.len() <= 9, "{value}");
            }
        }
        assert_eq!(
            number(u32::MAX, Language::English).len(),
            words(NUMBER_MAX, Language::English).len()
        );
    }
}
