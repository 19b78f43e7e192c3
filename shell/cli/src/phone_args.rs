//! What may be typed after `conclave phones`.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum PhonesCommand {
    /// List the accounts with which telephones register
    Ls,
    /// Make an account and print its password, which is never shown again
    Add {
        /// What the telephone registers as: small letters, digits and any of . _ + -
        user: String,
        /// Who calls, as others in a room see it
        name: String,
        #[command(flatten)]
        settings: PhoneSettings,
    },
    /// Show an account and where its telephones are
    Show {
        /// User or id
        phone: String,
    },
    /// Change an account
    Set {
        /// User or id
        phone: String,
        /// Who calls, as others in a room see it
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        settings: PhoneSettings,
        /// Let it register and call (again)
        #[arg(long, conflicts_with = "off")]
        on: bool,
        /// Let it neither register nor call
        #[arg(long)]
        off: bool,
    },
    /// Make a new password and print it; its telephones have to register anew
    Password {
        /// User or id
        phone: String,
    },
    /// Remove an account
    Rm {
        /// User or id
        phone: String,
    },
}

/// What may be set on an account.
#[derive(Debug, Default, Args)]
pub struct PhoneSettings {
    /// The number that others see; "none": the user in its place
    #[arg(long)]
    pub number: Option<String>,
    /// Encryption of its sound
    #[arg(long)]
    pub srtp: Option<SrtpWord>,
    /// Whether a room's PIN is asked of it
    #[arg(long)]
    pub pin: Option<PhonePinWord>,
}

/// Whether sound is encrypted.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SrtpWord {
    /// As the server has it
    Server,
    Off,
    Offered,
    Required,
}

/// Whether a room's PIN is asked.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum PhonePinWord {
    /// As of everybody
    Asks,
    /// It enters as one who gave the room's ordinary PIN
    Skipped,
}
