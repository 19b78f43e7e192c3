//! A server and what is typed at it.

#![allow(clippy::unwrap_used, dead_code)] // A test may fail; each test program has its own copy.

use clap::Parser;
use conclave_cli::{Cli, Command, Exit, Failure, run};
use conclave_web::bind_unix;

use crate::common::{Server, server};

/// A server that answers on the socket in its data directory.
pub async fn open_server() -> Server {
    let server = server().await;
    let listener = bind_unix(server.dir.path()).unwrap();
    let http = server.http.clone();
    tokio::spawn(async move { http.serve_unix(listener).await });
    server
}

/// What is printed, or why nothing is. `_` stands for a space within a word.
pub async fn typed(server: &Server, line: &str) -> Result<String, Failure> {
    // But in ids, which have one themselves.
    let word = |word: &str| match word.starts_with("tk_") {
        true => word.to_owned(),
        false => word.replace('_', " "),
    };
    let words = line.split(' ').map(word);
    let words = std::iter::once("conclave".to_owned()).chain(words);
    let mut cli = Cli::try_parse_from(words).unwrap();
    if !line.contains("--data") {
        cli.options.data = server.dir.path().to_owned();
    }
    let Command::Client(command) = cli.command else {
        panic!("{line} is no client's command");
    };
    let mut out = Vec::new();
    run(&cli.options, command, &mut out).await?;
    Ok(String::from_utf8(out).unwrap())
}

pub async fn exit(server: &Server, line: &str) -> Exit {
    typed(server, line).await.unwrap_err().exit()
}
