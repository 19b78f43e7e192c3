//! What somebody may do, as names and as a set; knows nobody.

use std::fmt;
use std::str::FromStr;

use crate::FieldError;

/// One thing that a person or a program may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    RoomsRead,
    RoomsWrite,
    /// Seeing PINs.
    RoomsPin,
    LiveRead,
    LiveWrite,
    /// Seeing the numbers of callers in full.
    NumbersRead,
    CallsRead,
    RecordingsRead,
    RecordingsWrite,
    MusicRead,
    MusicWrite,
    UsersWrite,
    TokensWrite,
    WebhooksWrite,
    AuditRead,
    SystemRead,
    SystemWrite,
}

impl Permission {
    pub const ALL: [Permission; 17] = [
        Permission::RoomsRead,
        Permission::RoomsWrite,
        Permission::RoomsPin,
        Permission::LiveRead,
        Permission::LiveWrite,
        Permission::NumbersRead,
        Permission::CallsRead,
        Permission::RecordingsRead,
        Permission::RecordingsWrite,
        Permission::MusicRead,
        Permission::MusicWrite,
        Permission::UsersWrite,
        Permission::TokensWrite,
        Permission::WebhooksWrite,
        Permission::AuditRead,
        Permission::SystemRead,
        Permission::SystemWrite,
    ];

    /// As the API writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Permission::RoomsRead => "rooms:read",
            Permission::RoomsWrite => "rooms:write",
            Permission::RoomsPin => "rooms:pin",
            Permission::LiveRead => "live:read",
            Permission::LiveWrite => "live:write",
            Permission::NumbersRead => "numbers:read",
            Permission::CallsRead => "calls:read",
            Permission::RecordingsRead => "recordings:read",
            Permission::RecordingsWrite => "recordings:write",
            Permission::MusicRead => "music:read",
            Permission::MusicWrite => "music:write",
            Permission::UsersWrite => "users:write",
            Permission::TokensWrite => "tokens:write",
            Permission::WebhooksWrite => "webhooks:write",
            Permission::AuditRead => "audit:read",
            Permission::SystemRead => "system:read",
            Permission::SystemWrite => "system:write",
        }
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Permission {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let found = Permission::ALL
            .into_iter()
            .find(|permission| permission.name() == text);
        found.ok_or_else(|| FieldError::new("permissions", text, "the names of permissions"))
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.into_iter().collect()
    }

    #[must_use]
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether this set has everything that the other has.
    #[must_use]
    pub const fn covers(self, other: Permissions) -> bool {
        self.0 & other.0 == other.0
    }

    /// In the order of [`Permission::ALL`].
    /// Those that are in both.
    #[must_use]
    pub const fn within(self, most: Permissions) -> Self {
        Self(self.0 & most.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .into_iter()
            .filter(move |permission| self.has(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let bits = permissions.into_iter().map(Permission::bit);
        Self(bits.fold(0, |all, bit| all | bit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_permission() {
        for permission in Permission::ALL {
            assert_eq!(permission.name().parse(), Ok(permission));
        }
        assert!("rooms:eat".parse::<Permission>().is_err());
    }

    #[test]
    fn a_set_has_what_was_put_in_and_nothing_else() {
        let set: Permissions = [Permission::LiveRead, Permission::SystemWrite]
            .into_iter()
            .collect();
        assert!(set.has(Permission::SystemWrite) && !set.has(Permission::RoomsPin));
        assert!(Permissions::all().covers(set) && !set.covers(Permissions::all()));
        assert_eq!(set.iter().count(), 2);
    }
}
