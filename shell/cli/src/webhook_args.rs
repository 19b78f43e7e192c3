//! What may be typed after `conclave webhooks`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum WebhooksCommand {
    /// List webhooks
    Ls,
    /// Make a webhook and print its secret, which is never shown again
    Add {
        /// Where events are sent
        url: String,
        #[command(flatten)]
        settings: WebhookSettings,
    },
    /// Change a webhook
    Set {
        /// Id, note, or the beginning of its URL
        webhook: String,
        /// Where events are sent
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        settings: WebhookSettings,
        /// Send events to it (again)
        #[arg(long, conflicts_with = "off")]
        on: bool,
        /// Send it nothing
        #[arg(long)]
        off: bool,
    },
    /// Remove a webhook and everything on its way to it
    Rm {
        /// Id, note, or the beginning of its URL
        webhook: String,
    },
    /// Make a new secret and print it; for a day the old one signs too
    Secret {
        /// Id, note, or the beginning of its URL
        webhook: String,
    },
    /// Send `webhook.test` now and say how that went
    Test {
        /// Id, note, or the beginning of its URL
        webhook: String,
    },
    /// List what was sent, newest first
    Deliveries {
        /// Id, note, or the beginning of its URL
        webhook: String,
        /// How many
        #[arg(long, default_value_t = 50)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
    },
    /// Send an event again
    Redeliver {
        /// Id, note, or the beginning of its URL
        webhook: String,
        /// The delivery's id
        delivery: String,
    },
}

#[derive(Args, Debug, Default)]
pub struct WebhookSettings {
    /// Types of event, separated by commas [default for a new one: all but who speaks]
    #[arg(long, value_name = "TYPE,..", value_delimiter = ',')]
    pub types: Vec<String>,
    /// What it is for
    #[arg(long)]
    pub note: Option<String>,
    /// The numbers of callers: masked or full
    #[arg(long)]
    pub numbers: Option<String>,
}
