//! A room that is open under a context, for a telephone system to ask; knows no caller.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A room with somebody in it whose options name a `regcontext`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RegistrationView {
    /// As the room's options name it.
    #[schema(example = "conferences")]
    pub context: String,
    #[schema(example = "801")]
    pub extension: String,
    /// The room's id.
    pub room: String,
    pub title: String,
}
