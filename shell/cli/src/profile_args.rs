//! What may be typed after `conclave profiles` and `conclave import`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub enum ProfilesCommand {
    /// List profiles of options, those of rooms first
    Ls,
    /// Print the options of a profile
    Show {
        kind: ProfileKindArg,
        /// The profile's name
        profile: String,
    },
    /// Make a profile, which rooms may begin with: `conclave rooms set ROOM options=template=NAME`
    Add {
        kind: ProfileKindArg,
        /// 1 to 40 letters, digits, - and _
        profile: String,
        /// Lines such as `max_members=20`; - reads standard input
        file: PathBuf,
    },
    /// Change a profile, and at once every room that begins with it
    Set {
        kind: ProfileKindArg,
        /// The profile's name
        profile: String,
        /// Lines such as `max_members=20`; - reads standard input
        file: PathBuf,
    },
    /// Give a profile another name; rooms, personal PINs and profiles name it so from then on
    Rename {
        kind: ProfileKindArg,
        /// The profile's name
        profile: String,
        /// 1 to 40 letters, digits, - and _
        name: String,
    },
    /// Remove a profile that no room, no personal PIN and no other profile names
    Rm {
        kind: ProfileKindArg,
        /// The profile's name
        profile: String,
    },
}

/// What a profile speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileKindArg {
    /// The room as a whole: for its Options
    Bridge,
    /// Each caller: for its User options
    User,
}

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Read Asterisk's confbridge.conf: make its profiles and menus, and say of each line what
    /// became of it
    Confbridge {
        /// The file; those that it includes are looked for beside it
        file: PathBuf,
        /// Only say what would become of each line
        #[arg(long)]
        dry_run: bool,
        /// Change profiles and menus of the same names that are there already
        #[arg(long)]
        replace: bool,
    },
}
