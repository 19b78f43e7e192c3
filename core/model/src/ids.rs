//! Ids, each with its own type, so that a leg is never taken for a call.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Chance, FieldError, UnixMillis};

/// A number that is unique within one running server and means nothing outside it.
macro_rules! local_id {
    ($(#[$doc:meta])* $name:ident, $tag:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($tag, "{}"), self.0)
            }
        }
    };
}

/// A UUID version 7 (RFC 9562) with a prefix that names its kind: it outlives the process.
macro_rules! lasting_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new id from the wall clock and 74 random bits.
            #[must_use]
            pub fn mint(at: UnixMillis, chance: &mut Chance) -> Self {
                let mut random = [0; 10];
                chance.fill(&mut random);
                Self(uuid::Builder::from_unix_timestamp_millis(at.0, &random).into_uuid())
            }

            #[must_use]
            pub fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = FieldError;

            fn from_str(text: &str) -> Result<Self, FieldError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(|hex| Uuid::try_parse(hex).ok())
                    .map(Self)
                    .ok_or_else(|| {
                        FieldError::new("id", text, concat!("`", $prefix, "_` and 32 hexadecimal digits"))
                    })
            }
        }
    };
}

lasting_id!(
    /// A room as the administrator knows it, whether or not anybody is in it.
    RoomId,
    "rm"
);
lasting_id!(
    /// One relationship with one caller.
    CallId,
    "ca"
);
lasting_id!(
    /// A call that was let into a room.
    ParticipantId,
    "pa"
);
lasting_id!(
    /// Somebody who signs in.
    UserId,
    "us"
);
lasting_id!(
    /// A program that may use the API.
    TokenId,
    "tk"
);
lasting_id!(
    /// An address that is told what happens.
    WebhookId,
    "wh"
);
lasting_id!(
    /// One event on its way to one webhook, however often it is sent.
    DeliveryId,
    "msg"
);
lasting_id!(
    /// What was recorded of one meeting.
    RecordingId,
    "rc"
);
lasting_id!(
    /// An account with which telephones register.
    PhoneId,
    "ph"
);
lasting_id!(
    /// Another telephone system or a carrier, and how we are attached to it.
    TrunkId,
    "tr"
);
local_id!(
    /// The media half of a call.
    LegId,
    "leg-"
);
local_id!(
    /// The media half of a room.
    StageId,
    "stage-"
);
local_id!(
    /// One thing being played, to one leg or to a stage.
    PlayId,
    "play-"
);
local_id!(
    /// One recording of one caller's voice, such as the name.
    RecordId,
    "record-"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lasting_id_survives_its_text_form() {
        let mut chance = Chance::from_seed([7; 32]);
        let id = RoomId::mint(UnixMillis(1_700_000_000_000), &mut chance);
        assert_eq!(id.to_string().parse::<RoomId>().unwrap(), id);
        assert!("ca_00".parse::<CallId>().is_err());
        assert!(id.to_string().parse::<CallId>().is_err());
    }
}
