//! Profiles of options as they are shown and sent; judges nothing.

use conclave_model::confbridge::{OptionSection, ProfileName, ProfileRecord};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{LiveRef, rfc3339};

/// Options that rooms share: `template=NAME` in a room's text begins with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProfileView {
    pub kind: ProfileKind,
    #[schema(example = "all_hands")]
    pub name: String,
    /// As typed, with comments.
    #[schema(example = "startmuted=yes\nquiet=yes\n")]
    pub text: String,
    /// The rooms whose text begins with it, or one of whose personal PINs names it.
    pub rooms: Vec<LiveRef>,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Grows with every change; also the ETag.
    pub version: u64,
}

/// What a profile speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// The room as a whole: for its Options.
    Bridge,
    /// Each caller: for its User options.
    User,
}

/// Which profile: a bridge profile and a user profile may have the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileKey {
    pub section: OptionSection,
    pub name: ProfileName,
}

/// A profile to make. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "user", "name": "all_hands", "text": "startmuted=yes"}))]
pub struct NewProfile {
    pub kind: ProfileKind,
    /// 1 to 40 letters, digits, - and _; kept in lower case.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,40}$")]
    pub name: String,
    /// `key=value`, one a line.
    #[schema(max_length = 8192)]
    pub text: String,
}

/// What to change of a profile; what is left out stays. The schema of the request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "startmuted=yes"}))]
pub struct ProfileInput {
    /// A new name, under which every room, personal PIN and profile that names it does so from
    /// then on.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,40}$", nullable = false)]
    pub name: Option<String>,
    /// `key=value`, one a line.
    #[schema(max_length = 8192, nullable = false)]
    pub text: Option<String>,
}

impl ProfileView {
    #[must_use]
    pub fn of(record: &ProfileRecord, rooms: Vec<LiveRef>) -> Self {
        Self {
            kind: ProfileKind::of(record.section),
            name: record.name.to_string(),
            text: record.text.to_string(),
            rooms,
            created_at: rfc3339(record.created_at),
            version: record.version,
        }
    }
}

impl ProfileKind {
    #[must_use]
    pub const fn of(section: OptionSection) -> Self {
        match section {
            OptionSection::Bridge => ProfileKind::Bridge,
            OptionSection::User => ProfileKind::User,
        }
    }

    /// As it stands in paths.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ProfileKind::Bridge => "bridge",
            ProfileKind::User => "user",
        }
    }

    #[must_use]
    pub const fn section(self) -> OptionSection {
        match self {
            ProfileKind::Bridge => OptionSection::Bridge,
            ProfileKind::User => OptionSection::User,
        }
    }
}

impl ProfileKey {
    /// The two words of a path; `None`: no profile can have them.
    #[must_use]
    pub fn read(kind: &str, name: &str) -> Option<Self> {
        let kinds = [ProfileKind::Bridge, ProfileKind::User];
        let kind = kinds.into_iter().find(|one| one.name() == kind)?;
        let name = name.parse().ok()?;
        let section = kind.section();
        Some(Self { section, name })
    }
}
