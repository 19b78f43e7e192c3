//! The program `conclave`: hands the command line to the parts that know what to do.

mod archive;
mod brain;
mod figures;
mod first_room;
mod load;
mod lookups;
mod media_figures;
mod offline;
mod oidc;
mod playlists;
mod prompts;
mod serve;
mod settings;
mod sounds;
mod thrift;
mod tls;
mod upload_dir;
mod webhooks;
mod welcome;
mod writer;

use std::io::IsTerminal;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args as _, CommandFactory, FromArgMatches};
use conclave_cli::{Cli, Command, run_client};

use serve::Ended;
use settings::Settings;

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(why) => why.exit(),
    };
    match cli.command {
        Command::Serve(args) => {
            let given = |name: &str| was_given(&matches, name);
            match Settings::resolve(cli.options.data, args, given) {
                Ok(settings) => run_server(settings),
                Err(why) => failed(&why),
            }
        }
        Command::Bench(bench) => run_bench(bench.args),
        Command::Client(command) => offline::run(&cli.options, &command)
            .unwrap_or_else(|| run_client(&cli.options, command)),
    }
}

fn run_server(settings: Settings) -> ExitCode {
    thrift::share_one_heap();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(&settings.log))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = runtime
        .map_err(|why| why.to_string())
        .and_then(|runtime| runtime.block_on(serve::serve(settings)));
    match ended {
        Ok(Ended::Stopped) => ExitCode::SUCCESS,
        Ok(Ended::ToStartAgain) => start_again(),
        Err(why) => failed(&why),
    }
}

/// The same program with the same arguments in the same process, as whoever watches it knows it.
fn start_again() -> ExitCode {
    // This very program, also when another was installed in its place meanwhile.
    let mut again = std::process::Command::new("/proc/self/exe");
    let mut args = std::env::args_os();
    if let Some(name) = args.next() {
        again.arg0(name);
    }
    let why = again.args(args).exec();
    failed(&format!("the server cannot start again: {why}"))
}

fn run_bench(args: Vec<std::ffi::OsString>) -> ExitCode {
    let command = conclave_bench::Bench::augment_args(clap::Command::new("conclave bench"));
    let name = std::ffi::OsString::from("conclave bench");
    let matches = command.get_matches_from(std::iter::once(name).chain(args));
    let bench = match conclave_bench::Bench::from_arg_matches(&matches) {
        Ok(bench) => bench,
        Err(why) => why.exit(),
    };
    match bench.run() {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(why) => failed(&why.to_string()),
    }
}

/// Whether a flag or the environment set an argument of `serve`, or only its default.
fn was_given(matches: &ArgMatches, name: &str) -> bool {
    let serve = matches.subcommand_matches("serve");
    let source = serve.and_then(|serve| serve.value_source(name));
    source.is_some_and(|source| source != ValueSource::DefaultValue)
}

fn failed(why: &str) -> ExitCode {
    eprintln!("conclave: {why}");
    ExitCode::FAILURE
}
