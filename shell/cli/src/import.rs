//! `conclave import`: files of other systems become ours, with a word on each line.

use std::io::Read;
use std::path::{Path, PathBuf};

use conclave_api::{
    ConfbridgeImport, ImportLine, ImportOutcome, ImportedProfile, KnownNames, MenuView, Page,
    ProfileKind, ProfileView, SoundView, StatusView,
};
use conclave_model::confbridge::{ConfFile, read_conf};
use conclave_model::{Language, limits};
use hyper::Method;
use serde::Serialize;
use serde_json::json;

use crate::Failure;
use crate::client::{Client, escape};
use crate::output::Output;
use crate::profile_args::ImportCommand;
use crate::profiles;
use crate::table::Table;

pub(crate) async fn run(
    client: &Client,
    command: ImportCommand,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let ImportCommand::Confbridge {
        file,
        dry_run,
        replace,
    } = command;
    let conf = read(&file)?;
    let sounds: Page<SoundView> = client.get("/sounds").await?;
    let names: Vec<&str> = sounds.items.iter().map(|sound| &*sound.name).collect();
    // Whoever may make rooms need not be one who may look at the server.
    let status: Result<StatusView, Failure> = client.get("/status").await;
    let programs = status.map(|it| it.record_commands).unwrap_or_default();
    let programs: Vec<&str> = programs.iter().map(String::as_str).collect();
    let known = KnownNames {
        sounds: &names,
        programs: &programs,
    };
    let import = ConfbridgeImport::of(&conf, known, Language::English);
    let made = if dry_run {
        Vec::new()
    } else {
        make(client, &import, replace).await?
    };
    let report = Report::of(&import, made);
    Ok(output.show(&report, table)?)
}

/// What was read and made, as it is printed.
#[derive(Serialize)]
struct Report {
    lines: Vec<Line>,
    taken: usize,
    differ: usize,
    not_taken: usize,
    /// Nothing in a dry run.
    made: Vec<String>,
}

#[derive(Serialize)]
struct Line {
    at: String,
    section: String,
    line: String,
    outcome: &'static str,
    words: String,
}

impl Report {
    fn of(import: &ConfbridgeImport, made: Vec<String>) -> Self {
        let count = |outcome| {
            let lines = import.report.iter();
            lines.filter(|line| line.outcome == outcome).count()
        };
        Self {
            lines: import.report.iter().map(Line::of).collect(),
            taken: count(ImportOutcome::Taken),
            differ: count(ImportOutcome::Differs),
            not_taken: count(ImportOutcome::NotTaken),
            made,
        }
    }
}

impl Line {
    fn of(line: &ImportLine) -> Self {
        Self {
            at: format!("{}:{}", line.file, line.line),
            section: line.section.clone(),
            line: line.said.clone(),
            outcome: match line.outcome {
                ImportOutcome::Taken => "taken",
                ImportOutcome::Differs => "differs",
                ImportOutcome::NotTaken => "not taken",
            },
            words: line.words.clone(),
        }
    }
}

fn table(report: &Report) -> Table {
    let mut table = Table::with_head(&["at", "section", "line", "", "here"]);
    for line in &report.lines {
        let Line {
            at,
            section,
            line,
            outcome,
            words,
        } = line;
        table.row([at, section, line, outcome, words]);
    }
    let (taken, differ, not_taken) = (report.taken, report.differ, report.not_taken);
    let sum = format!("{taken} taken, {differ} differ, {not_taken} not taken");
    table.row(["", "", "", "", &sum]);
    for made in &report.made {
        table.row(["", "", "", "made", made]);
    }
    table
}

/// Nothing is made when a name is taken. What is refused after that, by a server that has become
/// full or is gone, leaves what was made before; another run with `--replace` goes on.
async fn make(
    client: &Client,
    import: &ConfbridgeImport,
    replace: bool,
) -> Result<Vec<String>, Failure> {
    let mut made = Vec::new();
    let profiles: Page<ProfileView> = client.get("/profiles").await?;
    let menus: Page<MenuView> = client.get("/menus").await?;
    if !replace {
        nothing_is_taken(import, &profiles.items, &menus.items)?;
    }
    for profile in &import.profiles {
        let kind = ProfileKind::of(profile.section);
        if profiles.items.iter().any(|one| is_same(one, profile)) {
            let path = profiles::path(kind, profile.name.as_str());
            let body = json!({"text": profile.text});
            let _: ProfileView = client.send(Method::PATCH, &path, &body).await?;
        } else {
            let name = profile.name.as_str();
            let body = json!({"kind": kind, "name": name, "text": profile.text});
            let _: ProfileView = client.send(Method::POST, "/profiles", &body).await?;
        }
        made.push(format!("{} profile {}", kind.name(), profile.name));
    }
    for menu in &import.menus {
        if menus.items.iter().any(|one| one.name == menu.name.as_str()) {
            let path = format!("/menus/{}", escape(menu.name.as_str()));
            let body = json!({"text": menu.text});
            let _: MenuView = client.send(Method::PATCH, &path, &body).await?;
        } else {
            let body = json!({"name": menu.name.as_str(), "text": menu.text});
            let _: MenuView = client.send(Method::POST, "/menus", &body).await?;
        }
        made.push(format!("menu {}", menu.name));
    }
    Ok(made)
}

fn nothing_is_taken(
    import: &ConfbridgeImport,
    profiles: &[ProfileView],
    menus: &[MenuView],
) -> Result<(), Failure> {
    let taken_profiles = import
        .profiles
        .iter()
        .filter(|new| profiles.iter().any(|one| is_same(one, new)));
    let taken_menus = import
        .menus
        .iter()
        .filter(|new| menus.iter().any(|one| one.name == new.name.as_str()));
    let taken: Vec<&str> = taken_profiles
        .map(|new| new.name.as_str())
        .chain(taken_menus.map(|new| new.name.as_str()))
        .collect();
    if taken.is_empty() {
        return Ok(());
    }
    let names = taken.join(", ");
    let sentence = format!("{names}: there already; --replace changes them. Nothing was made");
    Err(Failure::Usage(sentence))
}

fn is_same(there: &ProfileView, new: &ImportedProfile) -> bool {
    there.kind == ProfileKind::of(new.section) && there.name == new.name.as_str()
}

/// Included files are looked for beside the first one, as Asterisk looks in its own folder.
fn read(file: &Path) -> Result<ConfFile, Failure> {
    let why = |error| Failure::Usage(format!("{}: {error}", file.display()));
    let text = text_of(file).map_err(why)?;
    let folder: PathBuf = file.parent().map(Path::to_owned).unwrap_or_default();
    let mut left = limits::CONF_BYTES.saturating_sub(text.len());
    let mut open = |name: &str| {
        let text = text_of(&folder.join(name))?;
        left = left
            .checked_sub(text.len())
            .ok_or_else(|| format!("all files together are larger than {}", limits::CONF_BYTES))?;
        Ok(text)
    };
    Ok(read_conf(&file.display().to_string(), &text, &mut open))
}

fn text_of(file: &Path) -> Result<String, String> {
    let most = limits::CONF_BYTES as u64;
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file);
    let read = opened.and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|error| error.to_string())?;
    if bytes.len() > limits::CONF_BYTES {
        return Err(format!("it is larger than {most} bytes"));
    }
    // Comments may be in any encoding; what counts is ASCII.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
