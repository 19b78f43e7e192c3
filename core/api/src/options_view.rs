//! What is sent to try out ConfBridge options, and what is said of each line; judges nothing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Both texts of options, and the fields of the room that options may contradict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionsInput {
    /// ConfBridge bridge options, one a line.
    #[serde(default)]
    #[schema(max_length = 8192, example = "max_members=20\nrecord_command=/bin/x")]
    pub options: String,
    /// ConfBridge user options, one a line.
    #[serde(default)]
    #[schema(max_length = 8192, example = "startmuted=yes")]
    pub user_options: String,
    /// The room as it is or will be; without it, nothing is called a conflict.
    #[schema(nullable = false)]
    pub room: Option<OptionsRoom>,
}

/// The fields of a room that options speak of too.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionsRoom {
    pub message: bool,
    /// A playlist; null for none.
    #[schema(required)]
    pub music: Option<String>,
    /// `auto`, `en` or `de`.
    #[schema(example = "auto")]
    pub language: String,
}

/// What becomes of each line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OptionsView {
    /// Whether a room with these texts would be saved.
    pub accepted: bool,
    /// Of the bridge options, in their order; empty lines and comments are left out.
    pub options: Vec<OptionLineView>,
    /// Of the user options.
    pub user_options: Vec<OptionLineView>,
}

/// What becomes of one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OptionLineView {
    /// From 1.
    #[schema(example = 2)]
    pub line: usize,
    #[schema(example = "max_members")]
    pub key: String,
    /// As typed; empty when it may be a secret.
    #[schema(example = "20")]
    pub value: String,
    pub status: OptionStatus,
    /// "Applied as", in words; for a line that is not accepted, what would be.
    pub applied_as: String,
    /// The known name that a mistyped one probably meant.
    #[schema(required)]
    pub nearest: Option<String>,
}

/// What becomes of a line, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OptionStatus {
    /// The room does so.
    InEffect,
    /// Kept, and followed by a later version.
    Kept,
    /// Kept, and never has an effect; the words say why.
    NoEffect,
    /// A field of the room says something else, and wins.
    Conflict,
    /// A later line says it again, and wins.
    SaidAgain,
    /// No option has this name.
    Unknown,
    /// The option has other values, or belongs into the other text, or the line is none.
    Wrong,
    /// A known option that is not taken; the words say what to do instead.
    Refused,
}

impl OptionStatus {
    /// Whether a room with such a line is saved.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        match self {
            OptionStatus::InEffect
            | OptionStatus::Kept
            | OptionStatus::NoEffect
            | OptionStatus::Conflict
            | OptionStatus::SaidAgain => true,
            OptionStatus::Unknown | OptionStatus::Wrong | OptionStatus::Refused => false,
        }
    }
}
