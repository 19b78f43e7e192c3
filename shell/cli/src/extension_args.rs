//! What may be typed after `conclave extensions`.

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum ExtensionsCommand {
    /// List the numbers that are no room
    Ls,
    /// Have an echo test or an announcement under a number
    #[command(visible_alias = "add")]
    Set {
        /// 2 to 12 digits, not starting with 0
        extension: String,
        /// What is heard there
        service: ServiceWord,
        /// Of a sound: its name, one of ours or one that was uploaded
        #[arg(required_if_eq("service", "sound"))]
        sound: Option<String>,
    },
    /// Remove a number; whoever is there stays to the end
    Rm {
        /// The number
        extension: String,
    },
}

/// What may be heard under a number.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ServiceWord {
    /// Callers hear themselves until they press #
    Echo,
    /// A sound is said once, then the call is over
    Sound,
}
