//! What may be typed after `conclave menus`.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum MenusCommand {
    /// List menus of keys, presets first
    Ls,
    /// Print a menu as it is written
    Show {
        /// The menu's name
        menu: String,
    },
    /// Make a menu, which rooms may choose: `conclave rooms set ROOM keypad=NAME`
    Add {
        /// 1 to 40 letters, digits, - and _
        menu: String,
        /// Lines such as `*6=toggle_mute`; - reads standard input
        file: PathBuf,
    },
    /// Change what the keys of a menu do, at once
    Set {
        /// The menu's name
        menu: String,
        /// Lines such as `*6=toggle_mute`; - reads standard input
        file: PathBuf,
    },
    /// Give a menu another name; rooms that have chosen it have it under that
    Rename {
        /// The menu's name
        menu: String,
        /// 1 to 40 letters, digits, - and _
        name: String,
    },
    /// Say of every line of a file what would become of it; changes nothing
    Check {
        /// Lines such as `*6=toggle_mute`; - reads standard input
        file: PathBuf,
    },
    /// Remove a menu that no room has chosen
    Rm {
        /// The menu's name
        menu: String,
    },
}
