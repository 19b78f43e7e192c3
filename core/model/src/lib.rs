//! The bedrock: ids, digits, PINs, the room record and every limit; knows no protocol and no sound.

mod allowance;
mod block_record;
mod call_ladder;
mod call_record;
mod call_step;
mod call_verdict;
mod chance;
mod clock;
mod codec;
pub mod confbridge;
mod digest_ha1;
mod digit;
mod encryption;
mod extension;
mod field_error;
mod fingerprint;
mod http_url;
mod ice_credentials;
mod ids;
mod language;
pub mod limits;
mod line_quality;
mod load_level;
mod local_ids;
mod moment;
mod network;
mod numbering;
mod origin;
mod password;
mod permission;
mod personal_pin;
mod phone;
mod pin;
mod playlist_name;
mod prompt;
mod recording_record;
mod role;
mod room_record;
mod service_extension;
mod sound_file_name;
mod srtp_key;
mod srtp_policy;
mod srtp_suite;
mod text_message;
mod trunk;
mod user_name;
mod video_codec;
mod way;
mod webhook;

pub use allowance::Allowance;
pub use block_record::{BlockCause, BlockRecord};
pub use call_ladder::{CallLadder, LadderMessage, LadderWay};
pub use call_record::{CallEnd, CallRecord, FarReception};
pub use call_step::{CallMoment, CallStep, Timeline};
pub use call_verdict::{CallOutcome, CallVerdict, SoundVerdict};
pub use chance::Chance;
pub use clock::{UnixMillis, WallClock};
pub use codec::Codec;
pub use digest_ha1::{DigestAlgorithm, Ha1, Ha1Set};
pub use digit::Digit;
pub use encryption::Encryption;
pub use extension::Extension;
pub use field_error::FieldError;
pub use fingerprint::{Fingerprint, FingerprintHash};
pub use http_url::HttpUrl;
pub use ice_credentials::IceCredentials;
pub use ids::{
    CallId, DeliveryId, LegId, ParticipantId, PhoneId, PlayId, RecordId, RecordingId, RoomId,
    StageId, TokenId, TrunkId, UserId, WebhookId,
};
pub use language::{Language, RoomLanguage};
pub use line_quality::{LineGrade, LineQuality};
pub use load_level::LoadLevel;
pub use local_ids::LocalIds;
pub use moment::Moment;
pub use network::{Network, is_neighbour};
pub use numbering::{
    CountryCode, E164, Hub, MappedNumber, NumberBlock, NumberTarget, NumberingKey, NumberingRecord,
    RoomCode,
};
pub use origin::Origin;
pub use password::Password;
pub use permission::{Permission, Permissions};
pub use personal_pin::{MorePins, PersonName, PersonalPin, PinOf, PinRole};
pub use phone::{
    Guests, PhoneDraft, PhoneNumber, PhonePassword, PhonePatch, PhonePin, PhoneRecord, PhoneUser,
    RegistrationRecord,
};
pub use pin::Pin;
pub use playlist_name::PlaylistName;
pub use prompt::Prompt;
pub use recording_record::{RecordingRecord, RecordingState};
pub use role::Role;
pub use room_record::{RoomDraft, RoomPatch, RoomRecord, Title};
pub use service_extension::{HouseService, ServiceExtension};
pub use sound_file_name::SoundFileName;
pub use srtp_key::{KEY_AND_SALT_BYTES_MAX, SrtpKey, WrongKeyLength};
pub use srtp_policy::SrtpPolicy;
pub use srtp_suite::SrtpSuite;
pub use text_message::{HOPS_AT_FIRST, TextMessage};
pub use trunk::{
    CallerFrom, NumberFrom, TrunkCallers, TrunkHost, TrunkKind, TrunkRecord, TrunkSecret,
    TrunkSetting, TrunkTransport,
};
pub use user_name::UserName;
pub use video_codec::{H264, Packetization, VideoCodec};
pub use way::Way;
pub use webhook::{Attempt, Delivery, DeliveryState, NumbersShown, Webhook, retry_after};
