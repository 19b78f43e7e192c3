//! Callers' numbers for those who may not see them whole: enough to tell one from another.

/// The first digits and the last three of a number, such as `+49171 ••• 889`. Numbers within the
/// house (up to six digits) and texts without a number stay as they are.
#[must_use]
pub fn masked(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if digits <= HOUSE_DIGITS {
        return number.to_owned();
    }
    let head = HEAD_DIGITS.min(digits - TAIL_DIGITS - HIDDEN_DIGITS_MIN);
    let tail_from = digits - TAIL_DIGITS;
    let mut masked = String::with_capacity(number.len());
    let mut seen = 0;
    for c in number.chars() {
        if c.is_ascii_digit() {
            seen += 1;
            if seen == head + 1 {
                masked.push_str(" ••• ");
            }
            if seen <= head || seen > tail_from {
                masked.push(c);
            }
        } else if seen < head || seen > tail_from {
            masked.push(c);
        }
    }
    masked
}

/// A name, unless it is a number: many phones send theirs as both.
pub(crate) fn masked_name(name: &str) -> String {
    let dialled = |c: char| c.is_ascii_digit() || " +-/.()*#".contains(c);
    if name.chars().all(dialled) {
        masked(name)
    } else {
        name.to_owned()
    }
}

/// Longer numbers are somebody's outside the house.
const HOUSE_DIGITS: usize = 6;
/// A country and a network, at most.
const HEAD_DIGITS: usize = 5;
const TAIL_DIGITS: usize = 3;
/// Of the shortest number that is masked; a longer one hides more.
const HIDDEN_DIGITS_MIN: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_shows_its_ends_only() {
        assert_eq!(masked("+491715550889"), "+49171 ••• 889");
        assert_eq!(masked("+49 171 555-0889"), "+49 171 ••• 889");
        assert_eq!(masked("5550889"), "5 ••• 889");
        assert_eq!(masked("sip:0171555889@pbx"), "sip:0171 ••• 889@pbx");
    }

    #[test]
    fn extensions_and_names_stay() {
        for shown in ["214", "anonymous", "654321", "", "anna.roth"] {
            assert_eq!(masked(shown), shown);
        }
        assert_eq!(masked_name("Anna 2026-11-05"), "Anna 2026-11-05");
        assert_eq!(masked_name("0171/5550889"), "0171/5 ••• 889");
    }
}
