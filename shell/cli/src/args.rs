//! What may be typed; names are fixed because scripts rely on them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::settings::{Assignment, read_assignment};
use crate::{
    AuditCommand, BackupArgs, ExtensionsCommand, Format, ImportCommand, InviteArgs, MenusCommand,
    PhonesCommand, ProfilesCommand, PromptsCommand, RestoreArgs, Secret, ServeArgs, SoundsCommand,
    TokensCommand, TopArgs, TrunksCommand, UsersCommand, WebhooksCommand,
};

/// Conference rooms that any telephone can dial.
#[derive(Debug, Parser)]
#[command(
    name = "conclave",
    version,
    max_term_width = 100,
    propagate_version = true
)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused, \
                        5 conflict, 6 server not reached"
)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub command: Command,
}

/// Before or after the command, all the same.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The server's data directory; its socket in there needs no token
    #[arg(
        long,
        global = true,
        env = "CONCLAVE_DATA",
        value_name = "DIR",
        default_value = "/var/lib/conclave"
    )]
    pub data: PathBuf,
    /// A server elsewhere, such as `http://conference.example.com:8080`
    #[arg(long, global = true, env = "CONCLAVE_SERVER", value_name = "URL")]
    pub server: Option<String>,
    /// The token of the server elsewhere; it is in the file `token` of its data directory
    #[arg(
        long,
        global = true,
        env = "CONCLAVE_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<Secret>,
    /// How to print
    #[arg(short, long, global = true, value_enum, default_value_t = Format::Table)]
    pub output: Format,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a server in the foreground
    Serve(ServeArgs),
    /// Place many calls and report what each heard and what it cost
    #[command(disable_help_flag = true)]
    Bench(BenchArgs),
    #[command(flatten)]
    Client(ClientCommand),
}

/// Handed on as it is to whoever measures.
#[derive(Args, Debug)]
pub struct BenchArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<OsString>,
}

/// What is done by asking a running server.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Show the server at a glance
    Status,
    /// Watch the live rooms on a terminal and act on them; ? shows the keys
    Top(TopArgs),
    /// Make, show and change rooms
    #[command(subcommand)]
    Rooms(RoomsCommand),
    /// See who is in the rooms, and act on it
    #[command(subcommand)]
    Live(LiveCommand),
    /// Read the call log
    #[command(subcommand)]
    Calls(CallsCommand),
    /// Keep music on hold
    #[command(subcommand)]
    Playlists(PlaylistsCommand),
    /// Fetch and remove recordings
    #[command(subcommand)]
    Recordings(RecordingsCommand),
    /// Keep options under a name, for many rooms
    #[command(subcommand)]
    Profiles(ProfilesCommand),
    /// Take over what another system was configured with
    #[command(subcommand)]
    Import(ImportCommand),
    /// Say what the keys of a telephone do in rooms
    #[command(subcommand)]
    Menus(MenusCommand),
    /// Have an echo test and announcements under numbers that are no room
    #[command(subcommand)]
    Extensions(ExtensionsCommand),
    /// Make accounts with which telephones register
    #[command(subcommand)]
    Phones(PhonesCommand),
    /// Attach other telephone systems and carriers
    #[command(subcommand)]
    Trunks(TrunksCommand),
    /// Say what the voice says in your own recordings
    #[command(subcommand)]
    Prompts(PromptsCommand),
    /// Keep sounds of your own for rooms to name in their options
    #[command(subcommand)]
    Sounds(SoundsCommand),
    /// Say who may sign in to the console
    #[command(subcommand)]
    Users(UsersCommand),
    /// Give programs their own way in
    #[command(subcommand)]
    Tokens(TokensCommand),
    /// Read who changed and was shown what
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Tell other programs what happens
    #[command(subcommand)]
    Webhooks(WebhooksCommand),
    /// Keep everything in one file, with the PINs and the hashes of passwords: guard it
    Backup(BackupArgs),
    /// Put a backup in the place of everything there is; the server starts again with it
    Restore(RestoreArgs),
}

#[derive(Debug, Subcommand)]
pub enum RoomsCommand {
    /// List rooms
    Ls {
        /// Part of a title or the beginning of an extension
        query: Option<String>,
    },
    /// Make a room and print it with its PIN
    Add {
        title: String,
        /// The number to dial [default: the next free one]
        #[arg(long, value_name = "EXT")]
        ext: Option<String>,
        /// 4 to 12 digits [default: generated]
        #[arg(long, conflicts_with = "no_pin")]
        pin: Option<Secret>,
        /// Let in whoever dials
        #[arg(long)]
        no_pin: bool,
        /// title, extension, message, music, pin, moderator_pin, language, options, user_options,
        /// keypad, moderator_keypad, or an option of ConfBridge: max_members=20
        #[arg(long, value_name = "KEY=VALUE", value_parser = read_assignment)]
        set: Vec<Assignment>,
    },
    /// Show a room
    Show {
        /// Extension, title or id
        room: String,
    },
    /// Change a room
    Set {
        /// Extension, title or id
        room: String,
        /// title, extension, message, music, pin, moderator_pin, language, options, user_options,
        /// keypad, moderator_keypad, or an option of ConfBridge: max_members=20
        #[arg(required = true, value_name = "KEY=VALUE", value_parser = read_assignment)]
        settings: Vec<Assignment>,
    },
    /// Remove a room; whoever is in it hears a goodbye
    Rm {
        /// Extension, title or id
        room: String,
    },
    /// Show or change a room's PINs: its own, that of moderators, and those of people
    Pin {
        /// Extension, title or id
        room: String,
        /// The PIN with which one comes as a moderator
        #[arg(long, conflicts_with = "person")]
        moderator: bool,
        /// The PIN of this person alone, who is shown by name
        #[arg(long, value_name = "NAME")]
        person: Option<String>,
        /// member or moderator: what the PIN makes of this person
        #[arg(long, requires = "person")]
        role: Option<String>,
        /// The user profile whose options hold for this person before the room's
        #[arg(long, requires = "person", value_name = "NAME")]
        profile: Option<String>,
        /// The room's options alone hold for this person
        #[arg(long, requires = "person", conflicts_with = "profile")]
        no_profile: bool,
        #[command(flatten)]
        action: PinAction,
    },
    /// Print an invitation to a room, with its PIN
    Invite(InviteArgs),
}

#[derive(Args, Debug)]
#[group(multiple = false)]
pub struct PinAction {
    /// Show it (what is done when nothing else is said)
    #[arg(long)]
    pub show: bool,
    /// Generate another
    #[arg(long)]
    pub new: bool,
    /// Take it away: without any PIN, whoever dials is let in
    #[arg(long)]
    pub off: bool,
    /// 4 to 12 digits
    #[arg(long, value_name = "PIN")]
    pub set: Option<Secret>,
}

#[derive(Debug, Subcommand)]
pub enum LiveCommand {
    /// List the rooms that somebody is in
    Ls,
    /// Show who is in a room
    Show {
        /// Extension, title or id
        room: String,
    },
    /// Print everything that happens, as it happens
    Watch {
        /// Extension, title or id [default: every room]
        room: Option<String>,
    },
    /// Mute a participant, or everybody
    Mute(Whom),
    /// Let a participant be heard again, or everybody
    Unmute(Whom),
    /// Mute everybody who is in the room now but one, who is unmuted
    MuteOthers {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
    },
    /// Remove a participant, who hears why
    Remove {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
    },
    /// Change the name that is shown
    Rename {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
        name: String,
    },
    /// Make a participant louder or softer for the others
    Volume {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
        /// -20 to 20
        #[arg(allow_negative_numbers = true, value_name = "DB")]
        db: i8,
    },
    /// Raise a participant's hand, or lower it
    Hand {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
        #[arg(long)]
        down: bool,
    },
    /// Take a participant to another room, without its PIN
    Move {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
        /// Extension, title or id of the other room
        to: String,
    },
    /// List who is at the door of a room
    Waiting {
        /// Extension, title or id
        room: String,
    },
    /// Let in who is at the door, without a PIN
    Admit {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
    },
    /// Say goodbye to who is at the door
    TurnAway {
        /// Extension, title or id
        room: String,
        /// Name, number or id
        who: String,
    },
    /// Play a prompt to everybody in a room
    Play {
        /// Extension, title or id
        room: String,
        /// Its name; one that there is not is answered with all there are
        prompt: String,
    },
    /// Let nobody else in
    Lock {
        /// Extension, title or id
        room: String,
    },
    /// Let others in again
    Unlock {
        /// Extension, title or id
        room: String,
    },
    /// Start or stop recording a room; everybody hears that it is recorded
    Record {
        action: RecordAction,
        /// Extension, title or id
        room: String,
    },
    /// Say goodbye to everybody in a room
    End {
        /// Extension, title or id
        room: String,
    },
}

#[derive(Args, Debug)]
pub struct Whom {
    /// Extension, title or id
    pub room: String,
    /// Name, number or id
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub who: Option<String>,
    /// Everybody who is in the room now
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Subcommand)]
pub enum CallsCommand {
    /// List calls that have ended, newest first
    Ls {
        /// Only calls that reached this room: extension, title or id
        #[arg(long)]
        room: Option<String>,
        /// Only calls with this in the caller's number or name, or in the number dialled
        #[arg(long)]
        number: Option<String>,
        /// Only calls since this moment or day, such as 2026-11-05
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Only calls before this moment or day
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
        /// Only calls that somebody should look at
        #[arg(long)]
        problems: bool,
        /// How many
        #[arg(long, default_value_t = 50)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Show a call: its verdict, what happened when, its quality
    Show { call: String },
    /// Show the SIP messages of a call, without PINs and passwords
    Trace { call: String },
}

#[derive(Debug, Subcommand)]
pub enum PlaylistsCommand {
    /// List playlists
    Ls,
    /// Make an empty playlist
    Add { name: String },
    /// Add sound files (mp3, ogg, opus, flac, m4a, wav) to a playlist
    Put {
        name: String,
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Remove a playlist, or only one of its tracks
    Rm { name: String, track: Option<String> },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RecordAction {
    Start,
    Stop,
}

#[derive(Debug, Subcommand)]
pub enum RecordingsCommand {
    /// List recordings, newest first
    Ls {
        /// Only of this room: extension, title or id
        #[arg(long)]
        room: Option<String>,
        /// How many
        #[arg(long, default_value_t = 50)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Fetch the sound of a recording as Ogg Opus
    Get {
        recording: String,
        /// Where to put it [default: RECORDING.opus]
        file: Option<PathBuf>,
    },
    /// Remove a recording for good
    Rm { recording: String },
}
