//! The file name of a track as it may be on our disk; knows no folder.

use conclave_model::{FieldError, limits};

/// Checks a name that came with an upload.
///
/// Letters of any language, digits, spaces and a few signs: never a path, never a hidden file, and
/// with the ending of a format we play.
///
/// # Errors
/// Names the field `track` and says what would be accepted.
pub(crate) fn checked(name: &str) -> Result<&str, FieldError> {
    let refused = |accepted: &str| FieldError::new("track", name, accepted);
    let sign = |letter: char| letter.is_alphanumeric() || " -_.,'()&+!".contains(letter);
    if name.is_empty() || name.len() > limits::TRACK_NAME_BYTES {
        return Err(refused("a file name of 1 to 120 bytes"));
    }
    if name.starts_with('.') || !name.chars().all(sign) {
        return Err(refused(
            "a file name of letters, digits, spaces and -_.,'()&+!, no path",
        ));
    }
    if ending(name).is_none() {
        return Err(refused(
            "a name that ends in .mp3, .ogg, .opus, .flac, .m4a, .wav or .webm",
        ));
    }
    Ok(name)
}

/// The ending of a name in lower case, if it is one of a format we play.
pub(crate) fn ending(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(ending))
}

const ENDINGS: [&str; 11] = [
    "mp3", "ogg", "oga", "opus", "flac", "m4a", "mp4", "aac", "wav", "webm", "mka",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_folder() {
        for good in ["a.mp3", "Für Elise (live).FLAC", "01 - Intro.ogg"] {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in [
            "", ".mp3", "../a.mp3", "a/b.mp3", "a\\b.mp3", "a\0.mp3", "a.exe", "mp3",
        ] {
            assert!(checked(bad).is_err(), "{bad:?}");
        }
        assert!(checked(&format!("{}.mp3", "x".repeat(120))).is_err());
    }
}
