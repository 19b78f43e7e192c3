//! `conclave prompts`.

use std::path::PathBuf;

use clap::Subcommand;
use conclave_api::{Page, PromptSpoken, PromptView};
use hyper::Method;

use crate::Failure;
use crate::client::{Client, escape};
use crate::output::Output;
use crate::table::Table;
use crate::upload::upload;

#[derive(Debug, Subcommand)]
pub enum PromptsCommand {
    /// List what the voice says
    Ls {
        /// Part of a name or of a sentence
        query: Option<String>,
    },
    /// Replace a prompt in one language by a sound file; it is spoken from the next time on
    Put {
        /// Such as pin-please
        prompt: String,
        /// en or de
        language: String,
        file: PathBuf,
    },
    /// Go back to the sound that comes with the server
    Rm {
        /// Such as pin-please
        prompt: String,
        /// en or de
        language: String,
    },
}

pub(crate) async fn run(
    client: &Client,
    command: PromptsCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        PromptsCommand::Ls { query } => {
            let mut prompts: Page<PromptView> = client.get("/prompts").await?;
            if let Some(query) = query {
                prompts.items.retain(|prompt| fits(prompt, &query));
            }
            Ok(output.show(&prompts.items, table)?)
        }
        PromptsCommand::Put {
            prompt,
            language,
            file,
        } => {
            let target = path(&prompt, &language);
            let format = output.format;
            let spoken: PromptSpoken = upload(client, Method::PUT, &target, &file, format).await?;
            Ok(output.line(&spoken, &format!("replaced ({:.1} s)", spoken.seconds))?)
        }
        PromptsCommand::Rm { prompt, language } => {
            client.delete(&path(&prompt, &language)).await?;
            Ok(output.say("as it came")?)
        }
    }
}

fn path(prompt: &str, language: &str) -> String {
    format!("/prompts/{}/{}", escape(prompt), escape(language))
}

fn fits(prompt: &PromptView, query: &str) -> bool {
    let query = query.to_lowercase();
    let texts = prompt
        .spoken
        .iter()
        .filter_map(|spoken| spoken.text.as_ref());
    let mut all = texts.chain([&prompt.name]);
    all.any(|text| text.to_lowercase().contains(&query))
}

fn table(prompts: &Vec<PromptView>) -> Table {
    let mut table = Table::with_head(&["prompt", "language", "length", "sound", "words"]);
    for prompt in prompts {
        for spoken in &prompt.spoken {
            let length = format!("{:.1} s", spoken.seconds);
            let sound = if spoken.replaced {
                "replaced"
            } else {
                "built in"
            };
            let text = spoken.text.as_deref().unwrap_or("(a tone)");
            table.row([&prompt.name, &spoken.language, &length, sound, text]);
        }
    }
    table
}
