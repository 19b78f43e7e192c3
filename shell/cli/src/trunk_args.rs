//! What may be typed after `conclave trunks`.

use clap::Subcommand;

use crate::Secret;

#[derive(Debug, Subcommand)]
pub enum TrunksCommand {
    /// List trunks and how they do
    #[command(alias = "list")]
    Ls,
    /// Show one trunk
    Show {
        /// Name or id
        trunk: String,
    },
    /// Attach another telephone system or a carrier
    Add {
        /// What it is to be called
        name: String,
        /// Its name or address, with :PORT if need be; left out where the template has it
        #[arg(long)]
        host: Option<String>,
        /// Begin with this template; `conclave trunks templates` lists them
        #[arg(long)]
        template: Option<String>,
        /// Settings such as user=801 max_calls=30; secret=- reads the password from the input
        #[arg(value_name = "KEY=VALUE")]
        settings: Vec<Secret>,
    },
    /// Change a trunk; calls over it go on
    Set {
        /// Name or id
        trunk: String,
        /// Settings such as user=801 max_calls=30; secret=- reads the password from the input
        #[arg(value_name = "KEY=VALUE", required = true)]
        settings: Vec<Secret>,
    },
    /// Remove a trunk and take back its registration; calls over it go on
    Rm {
        /// Name or id
        trunk: String,
    },
    /// Ask the other side now whether it is there, and say what came of it
    Test {
        /// Name or id
        trunk: String,
    },
    /// List the telephone systems and carriers that the server knows
    Templates,
}
