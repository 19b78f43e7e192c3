//! The command line: public API calls made readable; holds no state.

mod access_args;
mod args;
mod audit;
mod backups;
mod calls;
mod client;
mod event_stream;
mod exit;
mod extension_args;
mod extensions;
mod import;
mod invite;
mod live;
mod menu_args;
mod menus;
mod offline;
mod output;
mod part_file;
mod password;
mod phone_args;
mod phones;
mod playlists;
mod profile_args;
mod profiles;
mod progress;
mod prompts;
mod recordings;
mod rooms;
mod run;
mod secret;
mod serve_args;
mod settings;
mod sounds;
mod status;
mod table;
mod target;
mod tokens;
mod top;
mod trunk_args;
mod trunks;
mod upload;
mod users;
mod watch;
mod webhook_args;
mod webhooks;

pub use access_args::{AuditCommand, TokensCommand, UserSettings, UsersCommand};
pub use args::{
    BenchArgs, CallsCommand, Cli, ClientCommand, Command, LiveCommand, Options, PlaylistsCommand,
    RecordAction, RecordingsCommand, RoomsCommand,
};
pub use backups::{BackupArgs, RestoreArgs};
pub use exit::{Exit, Failure};
pub use extension_args::ExtensionsCommand;
pub use invite::{InviteArgs, InviteForm};
pub use menu_args::MenusCommand;
pub use offline::Offline;
pub use output::Format;
pub use phone_args::{PhonePinWord, PhoneSettings, PhonesCommand, SrtpWord};
pub use profile_args::{ImportCommand, ProfilesCommand};
pub use prompts::PromptsCommand;
pub use run::{ended, run, run_client};
pub use secret::Secret;
pub use serve_args::{
    PortRange, Priority, ServeArgs, SipListen, SipTransport, read_public_name, read_public_number,
};
pub use sounds::SoundsCommand;
pub use top::TopArgs;
pub use trunk_args::TrunksCommand;
pub use webhook_args::{WebhookSettings, WebhooksCommand};
