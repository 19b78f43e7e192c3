//! The command line: public API calls made readable; holds no state.

mod args;
mod calls;
mod client;
mod event_stream;
mod exit;
mod live;
mod output;
mod playlists;
mod rooms;
mod run;
mod secret;
mod serve_args;
mod settings;
mod status;
mod table;
mod target;
mod watch;

pub use args::{
    BenchArgs, CallsCommand, Cli, ClientCommand, Command, LiveCommand, Options, PlaylistsCommand,
    RoomsCommand,
};
pub use exit::{Exit, Failure};
pub use output::Format;
pub use run::{run, run_client};
pub use secret::Secret;
pub use serve_args::{PortRange, ServeArgs, SipListen, SipTransport};
