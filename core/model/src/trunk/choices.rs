//! What may be chosen of a trunk, each with its word; carries nothing out.

use crate::FieldError;

/// An enum of words: `ALL`, `name`, and `read`, which names the field when a word is none of them.
macro_rules! choice {
    (
        $(#[$doc:meta])* $name:ident, $field:literal,
        $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in JSON, in `key=value` and in templates.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }

            /// # Errors
            /// Names the field and every word there is.
            pub fn read(text: &str) -> Result<Self, FieldError> {
                let found = Self::ALL.iter().find(|choice| choice.name() == text);
                found.copied().ok_or_else(|| {
                    let words: Vec<&str> = Self::ALL.iter().map(|choice| choice.name()).collect();
                    FieldError::new($field, text, format!("one of {}", words.join(", ")))
                })
            }
        }
    };
}

choice!(
    /// Which of the two sides proves itself to the other.
    TrunkKind, "kind",
    /// Known by its address, as we are to it: beside a telephone system.
    Address = "address",
    /// We register: as a phone of a telephone system, or as a customer of a carrier.
    Registering = "registering",
);

choice!(
    /// How SIP travels to it.
    TrunkTransport, "transport",
    /// As the records of its name say (RFC 3263 §4.1); without any, UDP.
    Auto = "auto",
    Udp = "udp",
    Tcp = "tcp",
    Tls = "tls",
);

choice!(
    /// Where the number that was dialled is found.
    NumberFrom, "number_in",
    /// The Request-URI, unless that names only our registration; then P-Called-Party-ID, then To.
    Auto = "auto",
    RequestUri = "request-uri",
    To = "to",
    /// RFC 7315 §4.2.
    CalledParty = "p-called-party-id",
);

choice!(
    /// Where the caller's number and name are found.
    CallerFrom, "caller_in",
    /// P-Asserted-Identity, if the trunk is trusted; then P-Preferred-Identity, Remote-Party-ID,
    /// From.
    Auto = "auto",
    From = "from",
    /// P-Asserted-Identity (RFC 3325).
    Asserted = "pai",
    /// P-Preferred-Identity (RFC 3325).
    Preferred = "ppi",
    /// Remote-Party-ID, which never became a standard.
    RemoteParty = "rpid",
);

choice!(
    /// What its callers reach.
    TrunkCallers, "callers",
    /// Those that come from a private network or one of our own are of the house, others are not.
    Auto = "auto",
    /// They are of the house: they dial extensions.
    Inside = "inside",
    /// They are of the world: they reach what has a number there.
    Outside = "outside",
);
