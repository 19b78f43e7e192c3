//! What may be typed about users, tokens and the audit log; no password is ever an argument.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// List users
    Ls,
    /// Make a user; the password is asked for, or read from standard input
    Add {
        name: String,
        /// owner, admin, room-manager, moderator or auditor
        #[arg(long)]
        role: String,
    },
    /// Change a user
    Set {
        /// Name or id
        user: String,
        #[command(flatten)]
        change: UserSettings,
    },
    /// Remove a user and end their sessions; their tokens go with them
    Rm {
        /// Name or id
        user: String,
        /// Keep their tokens
        #[arg(long)]
        keep_tokens: bool,
    },
    /// Make a one-time code to sign in to the console with
    Code,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub struct UserSettings {
    /// The name to sign in with
    #[arg(long)]
    pub name: Option<String>,
    /// owner, admin, room-manager, moderator or auditor
    #[arg(long)]
    pub role: Option<String>,
    /// Ask for a new password, or read it from standard input
    #[arg(long)]
    pub password: bool,
}

#[derive(Debug, Subcommand)]
pub enum TokensCommand {
    /// List the tokens of programs
    Ls,
    /// Make a token and print its secret, once
    Add {
        /// What it is for
        name: String,
        /// Such as rooms:read,live:write
        #[arg(
            long,
            required = true,
            value_name = "PERMISSION",
            value_delimiter = ','
        )]
        may: Vec<String>,
        /// How long it is good [default: until it is removed]
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: Option<u32>,
    },
    /// Remove a token; its program is shut out at once
    Rm {
        /// Its id
        #[arg(value_name = "TOKEN")]
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List who changed and was shown what, newest first
    Ls {
        /// Only what was done to this: the id of a room, user or token
        #[arg(long, value_name = "ID")]
        object: Option<String>,
        /// How many
        #[arg(long, default_value_t = 50)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
}
