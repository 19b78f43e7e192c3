//! The known name that a mistyped one probably meant.

/// The closest of `known`, unless nothing is close enough to be a typing error.
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: String = typed.chars().take(LONGEST_CHARS).collect();
    known
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&typed.to_lowercase(), name),
                name,
            )
        })
        .filter(|(distance, name)| *distance <= name.len().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The comparison takes time and memory by the square of the length.
const LONGEST_CHARS: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let known = ["title", "extension", "user_options"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("Extention", known), Some("extension"));
        assert_eq!(nearest("user-options", known), Some("user_options"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), known), None);
    }
}
