//! A number of this server that is no room, and what is heard under it; finds no sound.

use crate::confbridge::SoundChoice;
use crate::{Extension, FieldError, UnixMillis};

/// Everything kept about one such number. No room has the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceExtension {
    pub extension: Extension,
    pub service: HouseService,
    pub created_at: UnixMillis,
}

/// What a server has for callers beside its rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HouseService {
    /// Who dials it hears themselves.
    EchoTest,
    /// Is said once, then the call is over. Never silence.
    Sound(SoundChoice),
}

impl HouseService {
    /// `kind`: `echo`, or `sound` with its name.
    ///
    /// # Errors
    /// Names the field that does not hold.
    pub fn read(kind: &str, sound: Option<&str>) -> Result<Self, FieldError> {
        match (kind, sound) {
            (ECHO, None) => Ok(HouseService::EchoTest),
            (ECHO, Some(sound)) => {
                let accepted = "nothing: an echo test plays no sound";
                Err(FieldError::new("sound", sound, accepted))
            }
            (SOUND, sound) => {
                let name = sound.unwrap_or_default();
                match SoundChoice::read(name) {
                    Some(choice @ (SoundChoice::Ours(_) | SoundChoice::File(_))) => {
                        Ok(HouseService::Sound(choice))
                    }
                    Some(SoundChoice::Silence) | None => {
                        let accepted = "the name of one of our sounds or of one that was uploaded";
                        Err(FieldError::new("sound", name, accepted))
                    }
                }
            }
            (other, _) => Err(FieldError::new("service", other, "echo or sound")),
        }
    }

    /// The word for it that [`HouseService::read`] takes.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            HouseService::EchoTest => ECHO,
            HouseService::Sound(_) => SOUND,
        }
    }

    /// The name of the sound that it plays.
    #[must_use]
    pub fn sound(&self) -> Option<String> {
        match self {
            HouseService::EchoTest => None,
            HouseService::Sound(choice) => Some(choice.to_string()),
        }
    }
}

const ECHO: &str = "echo";
const SOUND: &str = "sound";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Prompt;

    #[test]
    fn a_service_is_read_as_it_is_written() {
        for (kind, sound) in [
            ("echo", None),
            ("sound", Some("goodbye")),
            ("sound", Some("acme-hours")),
        ] {
            let service = HouseService::read(kind, sound).unwrap();
            assert_eq!((service.kind(), service.sound().as_deref()), (kind, sound));
        }
        let ours = HouseService::read("sound", Some("conf-kicked")).unwrap();
        assert_eq!(
            ours,
            HouseService::Sound(SoundChoice::Ours(Prompt::Removed))
        );
    }

    #[test]
    fn what_does_not_hold_is_named() {
        for (kind, sound, field) in [
            ("fax", None, "service"),
            ("", None, "service"),
            ("echo", Some("goodbye"), "sound"),
            ("sound", None, "sound"),
            ("sound", Some(""), "sound"),
            ("sound", Some("silence"), "sound"),
        ] {
            let error = HouseService::read(kind, sound).unwrap_err();
            assert_eq!(error.field, field, "{kind} {sound:?}");
        }
    }
}
