//! The roles that users have; which permissions each brings is said here and nowhere else.

use std::fmt;
use std::str::FromStr;

use crate::{FieldError, Permission, Permissions};

/// What kind of user somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything; there is always one.
    Owner,
    /// Everything but owners.
    Admin,
    /// Rooms and what happens in them.
    RoomManager,
    /// What happens in rooms, without their PINs.
    Moderator,
    /// Reads everything but PINs, changes nothing.
    Auditor,
}

impl Role {
    pub const ALL: [Role; 5] = [
        Role::Owner,
        Role::Admin,
        Role::RoomManager,
        Role::Moderator,
        Role::Auditor,
    ];

    /// As the API writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::RoomManager => "room-manager",
            Role::Moderator => "moderator",
            Role::Auditor => "auditor",
        }
    }

    #[must_use]
    pub fn permissions(self) -> Permissions {
        use Permission::{
            AuditRead, CallsRead, LiveRead, LiveWrite, MusicRead, MusicWrite, NumbersRead,
            RecordingsRead, RecordingsWrite, RoomsPin, RoomsRead, RoomsWrite, SystemRead,
        };
        match self {
            Role::Owner | Role::Admin => Permissions::all(),
            Role::RoomManager => Permissions::from_iter([
                RoomsRead,
                RoomsWrite,
                RoomsPin,
                LiveRead,
                LiveWrite,
                NumbersRead,
                CallsRead,
                RecordingsRead,
                RecordingsWrite,
                MusicRead,
                MusicWrite,
                SystemRead,
            ]),
            Role::Moderator => Permissions::from_iter([RoomsRead, LiveRead, LiveWrite]),
            Role::Auditor => Permissions::from_iter([
                RoomsRead,
                LiveRead,
                NumbersRead,
                CallsRead,
                RecordingsRead,
                MusicRead,
                AuditRead,
                SystemRead,
            ]),
        }
    }

    /// Whether a user of this role may give, change or take away that role.
    #[must_use]
    pub const fn manages(self, other: Role) -> bool {
        match self {
            Role::Owner => true,
            Role::Admin => !matches!(other, Role::Owner),
            Role::RoomManager | Role::Moderator | Role::Auditor => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let found = Role::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| {
            let accepted = "owner, admin, room-manager, moderator or auditor";
            FieldError::new("role", text, accepted)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moderators_and_auditors_see_no_pin_and_auditors_change_nothing() {
        for role in [Role::Moderator, Role::Auditor] {
            assert!(!role.permissions().has(Permission::RoomsPin), "{role}");
        }
        let writes = Role::Auditor.permissions().iter();
        assert_eq!(
            writes.filter(|one| one.name().ends_with(":write")).count(),
            0
        );
    }

    #[test]
    fn only_owners_manage_owners() {
        for role in Role::ALL {
            assert_eq!(role.manages(Role::Owner), role == Role::Owner);
            assert_eq!(role.name().parse(), Ok(role));
        }
    }
}
