//! What a country's numbers look like from within; knows no number of anybody.

use conclave_model::CountryCode;

use crate::countries::COUNTRIES;

/// How its people dial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub iso: &'static str,
    /// In English.
    pub name: &'static str,
    /// Without the plus (ITU-T E.164 Annex D).
    pub code: &'static str,
    /// What is dialled before a number of another country; the usual one first.
    pub international: &'static [&'static str],
    /// What is dialled before an area code and dropped from abroad; empty: nothing is.
    pub national: &'static str,
    /// Where help is called, in the country's own words for it: police, fire, ambulance.
    pub emergency: &'static [&'static str],
}

/// In the order of their letters.
#[must_use]
pub fn countries() -> &'static [Country] {
    COUNTRIES
}

#[must_use]
pub fn country(code: CountryCode) -> Option<&'static Country> {
    COUNTRIES.iter().find(|one| one.iso == code.as_str())
}
