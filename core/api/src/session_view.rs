//! Who is signed in and what they may do, as pages are told.

use conclave_model::{Permission, Permissions, Role, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rfc3339;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    pub user: SessionUser,
    /// What this user may do.
    pub permissions: Vec<PermissionName>,
    /// To be sent back in the header `X-Conclave-CSRF` with everything that changes something.
    pub csrf: String,
    /// When this ends at the latest.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionUser {
    /// The id of a user; `console` for somebody who came with a one-time code.
    #[schema(example = "us_0193a6c1b2f07c3e9d5a4b6c7d8e9f00")]
    pub id: String,
    #[schema(example = "anna")]
    pub name: String,
    pub role: RoleName,
}

/// What there is to sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupView {
    /// Whether there is no user yet, so that the first is to be created.
    pub needed: bool,
    /// Whether that takes the code from the server's console: always, but from the machine itself.
    pub code_needed: bool,
    #[schema(example = "0.1.0")]
    pub version: String,
    /// Another service that signs people in, if one is set up.
    #[schema(required)]
    pub oidc: Option<OidcWay>,
}

/// A sign-in service (OpenID Connect).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OidcWay {
    /// As the button says it.
    #[schema(example = "Keycloak")]
    pub name: String,
    /// Where the browser is sent to begin, at the address of ours that the service knows.
    #[schema(example = "https://conf.example.com/api/v1/sign-in/oidc")]
    pub start: String,
}

/// A code to sign in with, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeView {
    #[schema(example = "K7QM-2XVB")]
    pub code: String,
}

/// A role, as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RoleName {
    Owner,
    Admin,
    RoomManager,
    Moderator,
    Auditor,
}

/// A permission, as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum PermissionName {
    #[serde(rename = "rooms:read")]
    RoomsRead,
    #[serde(rename = "rooms:write")]
    RoomsWrite,
    #[serde(rename = "rooms:pin")]
    RoomsPin,
    #[serde(rename = "live:read")]
    LiveRead,
    #[serde(rename = "live:write")]
    LiveWrite,
    #[serde(rename = "numbers:read")]
    NumbersRead,
    #[serde(rename = "calls:read")]
    CallsRead,
    #[serde(rename = "recordings:read")]
    RecordingsRead,
    #[serde(rename = "recordings:write")]
    RecordingsWrite,
    #[serde(rename = "music:read")]
    MusicRead,
    #[serde(rename = "music:write")]
    MusicWrite,
    #[serde(rename = "users:write")]
    UsersWrite,
    #[serde(rename = "tokens:write")]
    TokensWrite,
    #[serde(rename = "webhooks:write")]
    WebhooksWrite,
    #[serde(rename = "audit:read")]
    AuditRead,
    #[serde(rename = "system:read")]
    SystemRead,
    #[serde(rename = "system:write")]
    SystemWrite,
}

impl SessionView {
    #[must_use]
    pub fn new(
        user: SessionUser,
        permissions: Permissions,
        csrf: String,
        expires_at: UnixMillis,
    ) -> Self {
        Self {
            user,
            permissions: permissions.iter().map(PermissionName::from).collect(),
            csrf,
            expires_at: rfc3339(expires_at),
        }
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => RoleName::Owner,
            Role::Admin => RoleName::Admin,
            Role::RoomManager => RoleName::RoomManager,
            Role::Moderator => RoleName::Moderator,
            Role::Auditor => RoleName::Auditor,
        }
    }
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Owner => Role::Owner,
            RoleName::Admin => Role::Admin,
            RoleName::RoomManager => Role::RoomManager,
            RoleName::Moderator => Role::Moderator,
            RoleName::Auditor => Role::Auditor,
        }
    }
}

impl From<Permission> for PermissionName {
    fn from(permission: Permission) -> Self {
        match permission {
            Permission::RoomsRead => PermissionName::RoomsRead,
            Permission::RoomsWrite => PermissionName::RoomsWrite,
            Permission::RoomsPin => PermissionName::RoomsPin,
            Permission::LiveRead => PermissionName::LiveRead,
            Permission::LiveWrite => PermissionName::LiveWrite,
            Permission::NumbersRead => PermissionName::NumbersRead,
            Permission::CallsRead => PermissionName::CallsRead,
            Permission::RecordingsRead => PermissionName::RecordingsRead,
            Permission::RecordingsWrite => PermissionName::RecordingsWrite,
            Permission::MusicRead => PermissionName::MusicRead,
            Permission::MusicWrite => PermissionName::MusicWrite,
            Permission::UsersWrite => PermissionName::UsersWrite,
            Permission::TokensWrite => PermissionName::TokensWrite,
            Permission::WebhooksWrite => PermissionName::WebhooksWrite,
            Permission::AuditRead => PermissionName::AuditRead,
            Permission::SystemRead => PermissionName::SystemRead,
            Permission::SystemWrite => PermissionName::SystemWrite,
        }
    }
}
