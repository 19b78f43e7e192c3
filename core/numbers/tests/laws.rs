//! What holds for every number of every country.

use conclave_model::{E164, NumberBlock, UnixMillis};
use conclave_numbers::{Country, countries, read, reserved};
use proptest::prelude::*;

fn country() -> impl Strategy<Value = &'static Country> {
    (0..countries().len()).prop_map(|at| &countries()[at])
}

fn found(text: &str, country: Option<&Country>) -> Vec<E164> {
    let reading = read(text, country);
    reading
        .numbers
        .into_iter()
        .map(|(number, _)| number)
        .collect()
}

#[test]
fn the_list_is_in_order_and_has_no_country_twice() {
    assert!(countries().is_sorted_by(|one, next| one.iso < next.iso));
    for one in countries() {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        assert!(
            digits(one.code) && (1..=3).contains(&one.code.len()),
            "{}",
            one.iso
        );
        assert!(
            digits(one.national) && !one.international.is_empty(),
            "{}",
            one.iso
        );
        assert!(!one.emergency.is_empty(), "{}", one.iso);
        for number in one.emergency {
            assert!(
                reserved(number, Some(one)).is_some(),
                "{} {number}",
                one.iso
            );
        }
    }
}

proptest! {
    #[test]
    fn a_number_is_the_same_however_its_country_writes_it(
        country in country(),
        subscriber in "[1-9][0-9]{6,9}",
    ) {
        let whole = E164::of_digits(&format!("{}{subscriber}", country.code)).unwrap();
        prop_assert_eq!(found(&whole.to_string(), Some(country)), vec![whole.clone()]);
        for prefix in country.international {
            let abroad = format!("{prefix}{}{subscriber}", country.code);
            let read = found(&abroad, Some(country));
            prop_assert_eq!(read.first(), Some(&whole), "{}", abroad);
        }
        let national = format!("{}{subscriber}", country.national);
        prop_assert!(found(&national, Some(country)).contains(&whole), "{}", national);
    }

    #[test]
    fn separators_never_change_a_number(
        country in country(),
        digits in "[+]?[0-9]{3,15}",
        at in 1_usize..3,
        separator in "[ ./()-]",
    ) {
        let mut spaced = digits.clone();
        spaced.insert_str(at, &separator);
        prop_assert_eq!(found(&spaced, Some(country)), found(&digits, Some(country)));
    }

    #[test]
    fn no_text_is_too_strange_to_be_read(text in "\\PC{0,200}", country in country()) {
        for number in found(&text, Some(country)).iter().chain(&found(&text, None)) {
            prop_assert!(number.digits().len() <= 15);
        }
    }

    #[test]
    fn a_block_knows_every_number_that_it_makes(
        first in 0_u64..2_000,
        more in 0_u64..8_000,
        extension in "[0-9]{1,6}",
    ) {
        let (from, to) = (first.to_string(), (first + more).to_string());
        let block = NumberBlock::read("+49 991 29691", &from, &to, UnixMillis(0)).unwrap();
        match block.number_of(&extension) {
            Some(number) => {
                prop_assert!(block.holds(&extension));
                prop_assert_eq!(block.extension_of(&number), Some(extension.as_str()));
                prop_assert!(block.overlaps(&block));
            }
            None => prop_assert!(!block.holds(&extension)),
        }
    }
}
