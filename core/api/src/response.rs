//! What the brain answers when it did as asked.

use crate::{
    Counts, ExtensionView, LiveView, MenuView, NowView, ParticipantView, PhoneBindingView,
    PhoneMade, PhoneView, PinView, ProfileView, RegistrationView, RoomView, TrunkTestView,
    TrunkView,
};

/// The answer to one [`crate::Request`], which says there which one it gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    Rooms(Vec<RoomView>),
    /// With its PIN, which is shown once.
    RoomCreated(RoomView),
    Room(RoomView),
    Pin(PinView),
    Registrations(Vec<RegistrationView>),
    Now(NowView),
    Live(LiveView),
    Participant(ParticipantView),
    Menus(Vec<MenuView>),
    Menu(MenuView),
    Extensions(Vec<ExtensionView>),
    Extension(ExtensionView),
    Profiles(Vec<ProfileView>),
    Profile(ProfileView),
    Phones(Vec<PhoneView>),
    Phone(PhoneView),
    /// With its password, which is shown once.
    PhoneMade(Box<PhoneMade>),
    PhoneBindings(Vec<PhoneBindingView>),
    Trunks(Vec<TrunkView>),
    Trunk(Box<TrunkView>),
    TrunkTested(TrunkTestView),
    /// Nothing more to say.
    Done,
    Counts(Counts),
}
