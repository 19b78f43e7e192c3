//! Why nobody hears a participant: one fact for each who may mute; does not know who asks.

/// Who mutes or unmutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MutedBy {
    /// By key.
    Oneself,
    /// Another participant with the right to, or the API.
    Moderator,
    /// A rule of the room. A participant's own mute survives its end.
    System,
}

/// Separate facts: the end of one leaves the others as they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mute {
    pub by_self: bool,
    pub by_moderator: bool,
    pub by_system: bool,
    /// A rule of the room too, but only for the beginning: the key lifts it.
    pub at_start: bool,
}

impl Mute {
    /// Whether anything mutes.
    #[must_use]
    pub const fn is_muted(self) -> bool {
        self.by_self || self.by_moderator || self.by_system || self.at_start
    }

    /// Who mutes; another before oneself, as only the end of that lets one speak.
    #[must_use]
    pub const fn by(self) -> Option<MutedBy> {
        match self {
            Mute {
                by_system: true, ..
            } => Some(MutedBy::System),
            Mute {
                by_moderator: true, ..
            } => Some(MutedBy::Moderator),
            Mute { by_self: true, .. } => Some(MutedBy::Oneself),
            Mute { at_start: true, .. } => Some(MutedBy::System),
            Mute {
                by_self: false,
                by_moderator: false,
                by_system: false,
                at_start: false,
            } => None,
        }
    }

    #[must_use]
    pub(crate) const fn muted(mut self, by: MutedBy) -> Self {
        match by {
            MutedBy::Oneself => self.by_self = true,
            MutedBy::Moderator => self.by_moderator = true,
            MutedBy::System => self.by_system = true,
        }
        self
    }

    /// A person who unmutes lifts their own mute, a moderator's and that of the beginning: the key
    /// always works, and what a moderator unmutes can be heard. The end of a system mute lifts only
    /// that.
    #[must_use]
    pub(crate) const fn unmuted(mut self, by: MutedBy) -> Self {
        match by {
            MutedBy::Oneself | MutedBy::Moderator => {
                self.by_self = false;
                self.by_moderator = false;
                self.at_start = false;
            }
            MutedBy::System => self.by_system = false,
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_system_mute_leaves_ones_own() {
        let mute = Mute::default()
            .muted(MutedBy::Oneself)
            .muted(MutedBy::System);
        assert!(mute.unmuted(MutedBy::System).is_muted());
        assert!(mute.unmuted(MutedBy::Oneself).is_muted());
    }

    #[test]
    fn the_key_lifts_the_mute_of_the_beginning_and_no_other_of_the_rooms() {
        let mute = Mute {
            at_start: true,
            ..Mute::default()
        };
        assert_eq!(mute.by(), Some(MutedBy::System));
        assert!(!mute.unmuted(MutedBy::Oneself).is_muted());
        assert!(mute.unmuted(MutedBy::System).is_muted());
    }

    #[test]
    fn the_key_lifts_a_moderators_mute() {
        let mute = Mute::default().muted(MutedBy::Moderator);
        assert!(mute.is_muted());
        assert!(!mute.unmuted(MutedBy::Oneself).is_muted());
    }
}
