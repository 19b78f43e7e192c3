//! The public words: what REST, events and the command line say; no HTTP in here.

mod audit_view;
mod backup_view;
mod call_details;
mod call_view;
mod certificate_view;
mod clean;
mod confbridge_event;
mod event;
mod extension_view;
mod import;
mod invitation;
mod key;
mod live_input;
mod live_view;
mod mask;
mod mask_callers;
mod menu_check;
mod menu_input;
mod menu_manual;
mod menu_view;
mod menu_words;
mod music_input;
mod nearest;
mod now_view;
mod options_check;
mod options_manual;
mod options_view;
mod options_words;
mod page;
mod phone_input;
mod phone_key;
mod phone_view;
mod pin_input;
mod playlist_view;
mod problem;
mod profile_input;
mod profile_view;
mod recording_view;
mod recording_words;
mod registration_view;
mod request;
mod room_input;
mod room_view;
mod session_input;
mod session_view;
mod setting;
mod sight;
mod status_view;
mod time;
mod token_input;
mod token_view;
mod trunk_input;
mod trunk_view;
mod user_input;
mod user_view;
mod verdict_view;
mod waiting_view;
mod webhook_input;
mod webhook_view;

pub use audit_view::AuditView;
pub use backup_view::{BackupDone, BackupView, BackupsView, LastBackup, RestoreState, RestoreView};
pub use call_details::{CallDetails, CallTrace, StepView, TraceMessage};
pub use call_view::CallView;
pub use certificate_view::{CertificateSource, CertificateView};
pub use clean::{clean, clean_json, clean_lines};
pub use confbridge_event::{
    ConfbridgeBridge, ConfbridgeCaller, ConfbridgeChannel, ConfbridgeEvent,
};
pub use event::{
    Caller, CommandOutcome, Doer, Event, Gap, Happening, NumberedEvent, PinFailure,
    RecordingCommand, RecordingFailure, RecordingRef,
};
pub use extension_view::{ExtensionInput, ExtensionView, ServiceName, read_extension};
pub use import::{ConfbridgeImport, ImportLine, ImportOutcome, ImportedMenu, ImportedProfile};
pub use invitation::{
    Invitation, InvitationView, InvitedPin, Meeting, OtherPins, PinState, calendar, html, plain,
    read_meeting,
};
pub use key::{ParticipantKey, RoomKey};
pub use live_input::{
    AdmissionInput, AnnouncementInput, LiveInput, NewPlaylist, ParticipantInput, read_admission,
    read_announcement, read_live_change, read_new_playlist, read_participant_change,
};
pub use live_view::{
    DoorName, LineVerdict, LineView, LiveRecording, LiveRef, LiveView, Move, MuterName,
    ParticipantView, SentAway, SentAwayReason, Talk, VideoView, Written,
};
pub use mask::masked;
pub use mask_callers::mask_callers;
pub use menu_check::{check_menu, unknown_menu_sounds};
pub use menu_input::{read_menu_change, read_menu_text, read_new_menu};
pub use menu_view::{MenuCheckView, MenuEntryView, MenuInput, MenuUpdate, MenuView, NewMenu};
pub use music_input::{
    PlaylistInput, SoundInput, TrackInput, read_sound_name, read_track_name, read_track_order,
};
pub use nearest::nearest;
pub use now_view::{Attention, AttentionKind, NowView, Person};
pub use options_check::{KnownNames, check_options, read_options_input, unknown_names};
pub use options_manual::options_manual;
pub use options_view::{OptionLineView, OptionStatus, OptionsInput, OptionsRoom, OptionsView};
pub use page::Page;
pub use phone_input::{
    NewPhone, PhoneChange, PhonePasswordInput, read_new_phone, read_phone_change,
    read_phone_password,
};
pub use phone_key::PhoneKey;
pub use phone_view::{
    PhoneBindingView, PhoneGone, PhoneMade, PhonePinName, PhoneRef, PhoneSeen, PhoneView, SrtpName,
    UnregisteredWhy,
};
pub use pin_input::{NewPin, PinInput, PinOfName, PinRoleName, PinWish, read_new_pin, read_pin_of};
pub use playlist_view::{
    PlaylistRoom, PlaylistView, PromptSpoken, PromptView, SoundView, TrackView,
};
pub use problem::{Problem, ProblemKind, Wrong};
pub use profile_input::{read_new_profile, read_profile_change};
pub use profile_view::{NewProfile, ProfileInput, ProfileKey, ProfileKind, ProfileView};
pub use recording_view::{RecordingView, SpeakerLane, WaveformView, plain_recording_name};
pub use registration_view::RegistrationView;
pub use request::{
    LiveChange, ParticipantChange, PhoneRequest, ProfileRequest, Request, Rewording,
};
pub use response::Response;
pub use room_input::{NewRoom, RoomChange, read_change, read_new_room};
pub use room_view::{PersonalPinView, PinView, RoomView};
pub use session_input::{SetupInput, SignIn, SignInInput, read_setup, read_sign_in};
pub use session_view::{
    CodeView, OidcWay, PermissionName, RoleName, SessionUser, SessionView, SetupView,
};
pub use setting::{Setting, SettingValue};
pub use status_view::{Counts, LoadState, StatusView};
pub use time::{read_moment, read_rfc3339, rfc3339};
pub use token_input::{NewToken, TokenDraft, read_new_token};
pub use token_view::{NewTokenView, TokenView};
pub use trunk_input::{NewTrunk, TrunkInput, TrunkRequest, TrunkWish};
pub use trunk_view::{
    TrunkGroup, TrunkStateName, TrunkStatusView, TrunkTemplateView, TrunkTestView, TrunkView,
};
pub use user_input::{NewUser, UserChange, UserDraft, UserEdit, read_new_user, read_user_change};
pub use user_view::UserView;
pub use verdict_view::{QualityView, ReceptionView, VerdictView};
pub use waiting_view::{Wait, WaitEnd, WaitOutcome, WaitingStep, WaitingView};
pub use webhook_input::{
    NewWebhook, WebhookChange, WebhookInput, read_new_webhook, read_webhook_change, webhook_types,
};
pub use webhook_view::{
    DeliveryStateName, DeliveryView, WebhookMade, WebhookRef, WebhookSecret, WebhookView,
};

mod response;
