//! What a server does without while its ticks run late, as names for it; judges nothing.

/// In the order in which things are shed; each level sheds what those before it do, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LoadLevel {
    /// Nothing is shed.
    #[default]
    Normal,
    /// Who calls now is asked to call again later; whoever is in a call stays.
    RefusingJoins,
    /// At most [`crate::limits::TALKERS_LEAST`] voices of one room are mixed.
    FewerTalkers,
    /// Opus is encoded with the least effort.
    LowerComplexity,
}

impl LoadLevel {
    pub const ALL: [LoadLevel; 4] = [
        LoadLevel::Normal,
        LoadLevel::RefusingJoins,
        LoadLevel::FewerTalkers,
        LoadLevel::LowerComplexity,
    ];

    /// A word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            LoadLevel::Normal => "normal",
            LoadLevel::RefusingJoins => "refusing_joins",
            LoadLevel::FewerTalkers => "fewer_talkers",
            LoadLevel::LowerComplexity => "lower_complexity",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            LoadLevel::Normal => "Sound is on time; every call is taken.",
            LoadLevel::RefusingJoins => "Sound runs late: new calls are refused.",
            LoadLevel::FewerTalkers => {
                "Sound runs late: new calls are refused, fewer voices are mixed at once."
            }
            LoadLevel::LowerComplexity => {
                "Sound runs late: new calls are refused, fewer voices are mixed at once, \
                 Opus is encoded with less effort."
            }
        }
    }

    /// The level with this [`LoadLevel::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<LoadLevel> {
        LoadLevel::ALL
            .into_iter()
            .find(|level| level.code() == code)
    }

    #[must_use]
    pub fn takes_calls(self) -> bool {
        self < LoadLevel::RefusingJoins
    }

    /// One thing more is shed.
    #[must_use]
    pub const fn harder(self) -> LoadLevel {
        match self {
            LoadLevel::Normal => LoadLevel::RefusingJoins,
            LoadLevel::RefusingJoins => LoadLevel::FewerTalkers,
            LoadLevel::FewerTalkers | LoadLevel::LowerComplexity => LoadLevel::LowerComplexity,
        }
    }

    /// The thing that was shed last comes back.
    #[must_use]
    pub const fn easier(self) -> LoadLevel {
        match self {
            LoadLevel::Normal | LoadLevel::RefusingJoins => LoadLevel::Normal,
            LoadLevel::FewerTalkers => LoadLevel::RefusingJoins,
            LoadLevel::LowerComplexity => LoadLevel::FewerTalkers,
        }
    }
}
