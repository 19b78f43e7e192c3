//! From what was typed to an exit code.

use std::io::Write;
use std::process::ExitCode;

use conclave_api::{clean_json, clean_lines};

use crate::client::Client;
use crate::output::Output;
use crate::status;
use crate::target::Target;
use crate::{ClientCommand, Exit, Failure, Format, Options};
use crate::{
    audit, backups, calls, extensions, import, live, menus, phones, playlists, prompts, recordings,
    rooms, sounds,
};
use crate::{profiles, tokens, top, trunks, users, webhooks};

/// Does the command on standard output and standard error, on a runtime of its own.
#[must_use]
pub fn run_client(options: &Options, command: ClientCommand) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("conclave: {error}");
            return ExitCode::from(Exit::Failed.code());
        }
    };
    let mut out = std::io::stdout();
    ended(options, runtime.block_on(run(options, command, &mut out)))
}

/// The exit code, after a failure was said on standard error.
#[must_use]
#[allow(clippy::needless_pass_by_value)] // There is nothing left to do with it.
pub fn ended(options: &Options, ended: Result<(), Failure>) -> ExitCode {
    let Err(failure) = ended else {
        return ExitCode::SUCCESS;
    };
    let exit = failure.exit();
    if let (Failure::Problem(problem), Format::Json) = (&failure, options.output) {
        let json = serde_json::to_string(problem).unwrap_or_default();
        eprintln!("{}", clean_json(&json));
    } else if exit != Exit::Done {
        eprintln!("conclave: {}", clean_lines(&failure.to_string()));
    }
    ExitCode::from(exit.code())
}

/// Does the command and prints to `out`.
///
/// # Errors
/// What the server refused, or why it was not asked; nothing was done in part.
pub async fn run(
    options: &Options,
    command: ClientCommand,
    out: &mut (dyn Write + Send),
) -> Result<(), Failure> {
    let client = Client::new(Target::of(options)?);
    let mut output = Output {
        format: options.output,
        out,
    };
    match command {
        ClientCommand::Status => status::show(&client, &mut output).await,
        ClientCommand::Top(args) => top::run(&client, args).await,
        ClientCommand::Rooms(command) => rooms::run(&client, command, &mut output).await,
        ClientCommand::Live(command) => live::run(&client, command, &mut output).await,
        ClientCommand::Calls(command) => calls::run(&client, command, &mut output).await,
        ClientCommand::Recordings(command) => recordings::run(&client, command, &mut output).await,
        ClientCommand::Playlists(command) => playlists::run(&client, command, &mut output).await,
        ClientCommand::Prompts(command) => prompts::run(&client, command, &mut output).await,
        ClientCommand::Sounds(command) => sounds::run(&client, command, &mut output).await,
        ClientCommand::Users(command) => users::run(&client, command, &mut output).await,
        ClientCommand::Tokens(command) => tokens::run(&client, command, &mut output).await,
        ClientCommand::Audit(command) => audit::run(&client, command, &mut output).await,
        ClientCommand::Profiles(command) => profiles::run(&client, command, &mut output).await,
        ClientCommand::Import(command) => import::run(&client, command, &mut output).await,
        ClientCommand::Trunks(command) => trunks::run(&client, command, &mut output).await,
        ClientCommand::Extensions(command) => extensions::run(&client, command, &mut output).await,
        ClientCommand::Phones(command) => phones::run(&client, command, &mut output).await,
        ClientCommand::Menus(command) => menus::run(&client, command, &mut output).await,
        ClientCommand::Webhooks(command) => webhooks::run(&client, command, &mut output).await,
        ClientCommand::Backup(args) => backups::backup(&client, args, &mut output).await,
        ClientCommand::Restore(args) => backups::restore(&client, args, &mut output).await,
    }
}
