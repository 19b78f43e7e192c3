//! Every action of a menu that takes no argument; carries none of them out.

/// What one person asks of a room by key. The first are ConfBridge's, the others are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deed {
    ToggleMute,
    ToggleBinaural,
    /// Nothing, and the keys are used up: the way out of a menu.
    NoOp,
    IncreaseListeningVolume,
    DecreaseListeningVolume,
    ResetListeningVolume,
    IncreaseTalkingVolume,
    DecreaseTalkingVolume,
    ResetTalkingVolume,
    LeaveConference,
    AdminKickLast,
    AdminToggleConferenceLock,
    AdminToggleMuteParticipants,
    /// Says how many are here.
    ParticipantCount,
    SetAsSingleVideoSrc,
    ReleaseAsSingleVideoSrc,

    /// Says which keys do what.
    Help,
    /// Up, and down again.
    RaiseHand,
    /// Says the names of those who are here.
    WhoIsHere,
    /// Mutes everybody who is no moderator, once; each may come back by key.
    AdminMuteOthers,
    AdminToggleRecording,
    AdminAdmitWaiting,
    AdminToggleAnnouncements,
    /// For everybody, once confirmed by `1`.
    AdminEndConference,
}

impl Deed {
    pub const ALL: [Deed; 24] = [
        Deed::ToggleMute,
        Deed::ToggleBinaural,
        Deed::NoOp,
        Deed::IncreaseListeningVolume,
        Deed::DecreaseListeningVolume,
        Deed::ResetListeningVolume,
        Deed::IncreaseTalkingVolume,
        Deed::DecreaseTalkingVolume,
        Deed::ResetTalkingVolume,
        Deed::LeaveConference,
        Deed::AdminKickLast,
        Deed::AdminToggleConferenceLock,
        Deed::AdminToggleMuteParticipants,
        Deed::ParticipantCount,
        Deed::SetAsSingleVideoSrc,
        Deed::ReleaseAsSingleVideoSrc,
        Deed::Help,
        Deed::RaiseHand,
        Deed::WhoIsHere,
        Deed::AdminMuteOthers,
        Deed::AdminToggleRecording,
        Deed::AdminAdmitWaiting,
        Deed::AdminToggleAnnouncements,
        Deed::AdminEndConference,
    ];

    /// As a menu writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Deed::ToggleMute => "toggle_mute",
            Deed::ToggleBinaural => "toggle_binaural",
            Deed::NoOp => "no_op",
            Deed::IncreaseListeningVolume => "increase_listening_volume",
            Deed::DecreaseListeningVolume => "decrease_listening_volume",
            Deed::ResetListeningVolume => "reset_listening_volume",
            Deed::IncreaseTalkingVolume => "increase_talking_volume",
            Deed::DecreaseTalkingVolume => "decrease_talking_volume",
            Deed::ResetTalkingVolume => "reset_talking_volume",
            Deed::LeaveConference => "leave_conference",
            Deed::AdminKickLast => "admin_kick_last",
            Deed::AdminToggleConferenceLock => "admin_toggle_conference_lock",
            Deed::AdminToggleMuteParticipants => "admin_toggle_mute_participants",
            Deed::ParticipantCount => "participant_count",
            Deed::SetAsSingleVideoSrc => "set_as_single_video_src",
            Deed::ReleaseAsSingleVideoSrc => "release_as_single_video_src",
            Deed::Help => "help",
            Deed::RaiseHand => "raise_hand",
            Deed::WhoIsHere => "who_is_here",
            Deed::AdminMuteOthers => "admin_mute_others",
            Deed::AdminToggleRecording => "admin_toggle_recording",
            Deed::AdminAdmitWaiting => "admin_admit_waiting",
            Deed::AdminToggleAnnouncements => "admin_toggle_announcements",
            Deed::AdminEndConference => "admin_end_conference",
        }
    }

    /// The deed of this name, however it is capitalised.
    #[must_use]
    pub fn named(name: &str) -> Option<Deed> {
        Deed::ALL
            .into_iter()
            .find(|deed| deed.name().eq_ignore_ascii_case(name))
    }

    /// Whether it is for moderators (and `admin`s) alone.
    #[must_use]
    pub const fn is_for_admins(self) -> bool {
        match self {
            Deed::AdminKickLast
            | Deed::AdminToggleConferenceLock
            | Deed::AdminToggleMuteParticipants
            | Deed::AdminMuteOthers
            | Deed::AdminToggleRecording
            | Deed::AdminAdmitWaiting
            | Deed::AdminToggleAnnouncements
            | Deed::AdminEndConference => true,
            Deed::ToggleMute
            | Deed::ToggleBinaural
            | Deed::NoOp
            | Deed::IncreaseListeningVolume
            | Deed::DecreaseListeningVolume
            | Deed::ResetListeningVolume
            | Deed::IncreaseTalkingVolume
            | Deed::DecreaseTalkingVolume
            | Deed::ResetTalkingVolume
            | Deed::LeaveConference
            | Deed::ParticipantCount
            | Deed::SetAsSingleVideoSrc
            | Deed::ReleaseAsSingleVideoSrc
            | Deed::Help
            | Deed::RaiseHand
            | Deed::WhoIsHere => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deed_is_found_by_its_name_and_says_whom_it_is_for() {
        for deed in Deed::ALL {
            assert_eq!(Deed::named(&deed.name().to_uppercase()), Some(deed));
            assert_eq!(deed.is_for_admins(), deed.name().starts_with("admin_"));
        }
        assert_eq!(Deed::named("toggle-mute"), None);
    }
}
