//! What may be asked of the brain, checked word by word before it gets there.

use conclave_model::confbridge::{MenuName, ProfileName};
use conclave_model::{
    Extension, HouseService, PhoneDraft, PhonePassword, PhonePatch, PinOf, Prompt, RoomDraft,
    RoomPatch,
};

use crate::{NewPin, ParticipantKey, PhoneKey, ProfileKey, RoomKey, TrunkRequest};

/// One request of the public API that the brain answers; the call log is the store's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Answered by `Rooms`, by extension.
    ListRooms {
        /// Part of a title or the beginning of an extension.
        query: Option<String>,
    },
    /// Answered by `RoomCreated` once it is stored.
    CreateRoom(RoomDraft),
    /// Answered by `Room`.
    ShowRoom(RoomKey),
    /// Answered by `Room` once it is stored.
    UpdateRoom {
        key: RoomKey,
        patch: RoomPatch,
        /// `None`: whatever version is there. A PIN that changes makes a new version too.
        if_version: Option<u64>,
    },
    /// Ends the room for all who are in it. Answered by `Done` once it is gone from the store.
    DeleteRoom {
        key: RoomKey,
        if_version: Option<u64>,
    },
    /// Answered by `Pin`.
    ShowPin(RoomKey),
    /// Answered by `Pin` once it is stored.
    NewPin { key: RoomKey, new: NewPin },
    /// Answered by `Pin` without its digits once it is stored.
    ClearPin { key: RoomKey, of: PinOf },

    /// The rooms that are open under a `regcontext`, or under this one. Answered by
    /// `Registrations`.
    ListRegistrations { context: Option<String> },
    /// What goes on everywhere. Answered by `Now`.
    ListLive,
    /// Answered by `Live`, also for a room that nobody is in.
    ShowLive(RoomKey),
    /// Answered by `Live`; `conflict` when nobody is in the room.
    SetLive {
        key: RoomKey,
        change: LiveChange,
        /// Who asks, by name: a recording keeps it.
        by: String,
    },
    /// Says goodbye to everybody. Answered by `Done`, also when nobody was there.
    EndLive(RoomKey),
    /// Answered by `Participant`.
    ShowParticipant { key: RoomKey, who: ParticipantKey },
    /// Answered by `Participant`.
    SetParticipant {
        key: RoomKey,
        who: ParticipantKey,
        change: ParticipantChange,
    },
    /// Answered by `Done`.
    RemoveParticipant { key: RoomKey, who: ParticipantKey },
    /// Plays a prompt to everybody in the room. Answered by `Done` when it is on its way.
    Announce { key: RoomKey, prompt: Prompt },
    /// Lets one in who is at the door, without a PIN and though the room is locked. Answered by
    /// `Done`, also when they are in already.
    Admit { key: RoomKey, who: ParticipantKey },
    /// Says goodbye to one who is at the door. Answered by `Done`.
    TurnAway { key: RoomKey, who: ParticipantKey },

    /// Answered by `Menus`, presets first.
    ListMenus,
    /// Answered by `Menu`.
    ShowMenu(MenuName),
    /// Answered by `Menu` once it is stored. The text is that of a menu.
    CreateMenu { name: MenuName, text: String },
    /// Answered by `Menu` once it is stored; whoever is in a room has it at once. Rooms follow it
    /// to its new name.
    UpdateMenu {
        name: MenuName,
        change: Rewording<MenuName>,
        if_version: Option<u64>,
    },
    /// Refused while a room has chosen it. Answered by `Done` once it is gone from the store.
    DeleteMenu {
        name: MenuName,
        if_version: Option<u64>,
    },

    /// Answered by `Extensions`, in the order of the numbers: those that are no room.
    ListExtensions,
    /// Answered by `Extension` once it is stored. Refused while a room has the number.
    PutExtension {
        extension: Extension,
        service: HouseService,
    },
    /// Answered by `Done` once it is gone from the store.
    DeleteExtension(Extension),

    /// About the profiles of options.
    Profile(ProfileRequest),
    /// About trunks.
    Trunk(TrunkRequest),

    /// About the accounts of telephones.
    Phone(PhoneRequest),

    /// Answered by `Counts`.
    Status,
}

/// What to set on a room that somebody is in; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveChange {
    /// Nobody else gets in.
    pub locked: Option<bool>,
    /// Everybody who is in the room now; who comes later is not.
    pub muted_all: Option<bool>,
    /// Everybody who is in the room now but this one, who is unmuted.
    pub muted_all_but: Option<ParticipantKey>,
    pub recording: Option<bool>,
}

/// What to set on a participant; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParticipantChange {
    pub muted: Option<bool>,
    /// The name that is shown; 1 to 80 characters.
    pub name: Option<String>,
    /// Within `limits::VOLUME_DB`.
    pub volume_db: Option<i8>,
    pub hand_raised: Option<bool>,
    /// The room to go on in, whatever its PIN.
    pub room: Option<RoomKey>,
}

/// What to change of a menu or a profile; `None` leaves it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewording<N> {
    pub name: Option<N>,
    pub text: Option<String>,
}

impl<N> Rewording<N> {
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self {
            name: None,
            text: Some(text.to_owned()),
        }
    }

    #[must_use]
    pub fn name(name: N) -> Self {
        Self {
            name: Some(name),
            text: None,
        }
    }
}

/// What may be asked about profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileRequest {
    /// Answered by `Profiles`, those of rooms first.
    List,
    /// Answered by `Profile`.
    Show(ProfileKey),
    /// Answered by `Profile` once it is stored. The lines of the text are accepted.
    Create { key: ProfileKey, text: String },
    /// Answered by `Profile` once it is stored; rooms that begin with it have it at once. Whatever
    /// names it follows it to its new name.
    Update {
        key: ProfileKey,
        change: Rewording<ProfileName>,
        if_version: Option<u64>,
    },
    /// Refused while a room or another profile begins with it. Answered by `Done` once it is gone
    /// from the store.
    Delete {
        key: ProfileKey,
        if_version: Option<u64>,
    },
}

/// What may be asked about the accounts of telephones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneRequest {
    /// Answered by `Phones`, by user.
    List,
    /// Answered by `Phone`.
    Show(PhoneKey),
    /// Answered by `PhoneMade` once it is stored.
    Create(PhoneDraft),
    /// Answered by `Phone` once it is stored. One that is disabled has no registration left.
    Update {
        key: PhoneKey,
        patch: PhonePatch,
        if_version: Option<u64>,
    },
    /// `None`: one is invented. Answered by `PhoneMade` once it is stored; no registration is left.
    NewPassword {
        key: PhoneKey,
        password: Option<PhonePassword>,
        if_version: Option<u64>,
    },
    /// Answered by `Done` once it is gone from the store.
    Delete {
        key: PhoneKey,
        if_version: Option<u64>,
    },
    /// Answered by `PhoneBindings`.
    Bindings(PhoneKey),
}
