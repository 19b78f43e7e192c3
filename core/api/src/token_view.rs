//! A program's token as the public sees it; the secret is in it once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::PermissionName;

/// A token of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenView {
    #[schema(example = "tk_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    /// What it is for.
    #[schema(example = "ticket system")]
    pub name: String,
    pub permissions: Vec<PermissionName>,
    /// The id of the user whose it is: it goes when they are removed. Null: nobody's.
    #[schema(required, example = "us_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub user: Option<String>,
    /// The name of who made it, as it was then.
    #[schema(example = "anna")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Null: until it is removed.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// To within five minutes.
    #[schema(required, format = DateTime)]
    pub used_at: Option<String>,
}

/// A token that was just made. Its secret is shown here and never again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewTokenView {
    #[serde(flatten)]
    pub token: TokenView,
    /// What the program sends as `Authorization: Bearer SECRET`.
    #[schema(example = "conclave_9f2c…")]
    pub secret: String,
}

impl std::fmt::Debug for NewTokenView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewTokenView({}, ••••)", self.token.id)
    }
}
