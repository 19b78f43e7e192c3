//! ConfBridge's options as typed data: names, kinds of value, what becomes of each; applies none.

mod bridge_profile;
mod conf;
mod fate;
mod known;
mod manual;
mod menu;
mod option_id;
mod profile;
mod program_name;
mod record_file;
mod recorder_letters;
mod renaming;
mod rules;
mod short_name;
mod sounds;
mod text;
mod user_profile;
mod value_kind;

pub use bridge_profile::{BridgeProfile, RembBehavior, VideoMode, VideoOptions};
pub use conf::{
    ConfEntry, ConfFile, ConfMistake, ConfMistakeKind, ConfPlace, ConfSection, read_conf,
};
pub use fate::{Fate, From, NoEffect, Otherwise, Refused, RoomField};
pub use known::{BRIDGE_OPTIONS, KnownOption, OptionSection, SOUND_OPTIONS, USER_OPTIONS};
pub use manual::{Manual, SoundManual};
pub use menu::{
    Deed, DialplanTarget, Menu, MenuAction, MenuEntry, MenuFinding, MenuKeys, MenuLine,
    MenuMistake, MenuName, MenuPreset, MenuRecord, MenuSound, WrongArgument, known_actions,
    read_menu,
};
pub use option_id::{BridgeOption, OptionId, SoundName, UserOption};
pub use profile::{ProfileName, ProfileRecord, Profiles, template_of};
pub use program_name::ProgramName;
pub use record_file::RecordFile;
pub use recorder_letters::{
    IdleLetter, RecordVolume, RecorderOptions, RefusedLetter, read_recorder_options,
};
pub use renaming::{Renamed, Renaming, with_template};
pub use rules::RoomRules;
pub use sounds::{SoundChoice, Sounds, sound_files};
pub use text::{Finding, OptionLine, read_options, with_option};
pub use user_profile::{CountAll, UserProfile};
pub use value_kind::ValueKind;
