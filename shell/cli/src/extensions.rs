//! `conclave extensions`.

use conclave_api::{ExtensionView, Page, ServiceName};
use hyper::Method;
use serde_json::json;

use crate::client::{Client, escape};
use crate::extension_args::ServiceWord;
use crate::output::Output;
use crate::table::Table;
use crate::{ExtensionsCommand, Failure};

pub(crate) async fn run(
    client: &Client,
    command: ExtensionsCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    match command {
        ExtensionsCommand::Ls => {
            let page: Page<ExtensionView> = client.get("/extensions").await?;
            Ok(output.show(&page.items, table)?)
        }
        ExtensionsCommand::Set {
            extension,
            service,
            sound,
        } => {
            let service = match service {
                ServiceWord::Echo => ServiceName::Echo,
                ServiceWord::Sound => ServiceName::Sound,
            };
            let body = json!({"service": service, "sound": sound});
            let path = path(&extension);
            let view: ExtensionView = client.send(Method::PUT, &path, &body).await?;
            Ok(output.show(&vec![view], table)?)
        }
        ExtensionsCommand::Rm { extension } => {
            client.delete(&path(&extension)).await?;
            Ok(output.say("removed")?)
        }
    }
}

fn path(extension: &str) -> String {
    format!("/extensions/{}", escape(extension))
}

fn table(extensions: &Vec<ExtensionView>) -> Table {
    let mut table = Table::with_head(&["extension", "service", "sound"]);
    for one in extensions {
        let service = match one.service {
            ServiceName::Echo => "echo test",
            ServiceName::Sound => "sound",
        };
        let sound = one.sound.as_deref().unwrap_or_default();
        table.row([&one.extension, service, sound]);
    }
    table
}
