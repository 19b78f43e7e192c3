//! Somebody who signs in, as the public sees them; holds no password.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::RoleName;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    #[schema(example = "us_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[schema(example = "anna")]
    pub name: String,
    pub role: RoleName,
    /// Whether there is a password to sign in with.
    pub password_set: bool,
    /// Whether a sign-in service vouches for this user.
    pub external: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(required, format = DateTime)]
    pub signed_in_at: Option<String>,
}
