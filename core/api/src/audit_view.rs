//! One line of the audit log as the public sees it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that somebody changed or was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// Grows from line to line.
    pub id: u64,
    #[schema(format = DateTime)]
    pub time: String,
    /// The id of a user or token; `machine` for whoever may open the data directory, `console` for
    /// somebody with a one-time code.
    #[schema(example = "us_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub actor: String,
    /// Their name as it was then.
    #[schema(example = "anna")]
    pub name: String,
    /// Where the request came from; `socket` for the one in the data directory.
    #[schema(required, example = "192.0.2.7")]
    pub address: Option<String>,
    #[schema(example = "pin.shown")]
    pub action: String,
    /// The id of what was changed or shown.
    #[schema(example = "rm_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub object: String,
    /// What exactly; never a secret.
    pub detail: String,
}
