//! The program `conclave`: hands the command line to the parts that know what to do.

mod brain;
mod figures;
mod first_room;
mod playlists;
mod serve;
mod settings;
mod welcome;
mod writer;

use std::process::ExitCode;

use settings::{Given, Settings};

fn main() -> ExitCode {
    let mut given = Given::default();
    let mut args = std::env::args().skip(2);
    while let (Some(flag), Some(value)) = (args.next(), args.next()) {
        match flag.as_str() {
            "--data" => given.data = value.into(),
            "--sip" => given.sip.push(value),
            "--http" => given.http.push(value.parse().expect("an address")),
            "--rtp-ports" => given.rtp_ports = Some(value),
            _ => panic!("{flag}"),
        }
    }
    run(given)
}

fn run(given: Given) -> ExitCode {
    let settings = match Settings::resolve(given) {
        Ok(settings) => settings,
        Err(why) => return failed(&why),
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(&settings.log))
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime
        .map_err(|why| why.to_string())
        .and_then(|it| it.block_on(serve::serve(settings)))
    {
        Ok(code) => code,
        Err(why) => failed(&why),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("conclave: {why}");
    ExitCode::FAILURE
}
