//! The page that says what becomes of every option of ConfBridge; drawn from its tables.

use std::fmt::Write;

use conclave_model::Language;
use conclave_model::confbridge::{
    BRIDGE_OPTIONS, Fate, KnownOption, Manual, OptionId, SOUND_OPTIONS, USER_OPTIONS,
};

use crate::menu_manual::menu_manual;
use crate::options_words as words;

/// As Markdown, in English.
#[must_use]
pub fn options_manual() -> String {
    let mut page = INTRODUCTION.to_owned();
    table(&mut page, "User options", USER, &USER_OPTIONS);
    table(&mut page, "Options", BRIDGE, &BRIDGE_OPTIONS);
    sounds(&mut page);
    menu_manual(&mut page);
    page
}

fn table(page: &mut String, title: &str, about: &str, options: &[KnownOption]) {
    // Writing into a text never fails.
    let _ = write!(page, "\n## {title}\n\n{about}\n\n");
    let _ = writeln!(
        page,
        "| Option | Default | Values | What it does | Here | Not as in ConfBridge |\n\
         |---|---|---|---|---|---|"
    );
    for option in options {
        let manual = match option.id {
            OptionId::User(id) => id.manual(),
            OptionId::Bridge(id) => id.manual(),
            OptionId::Sound(_) => None,
        };
        let Some(Manual {
            default,
            effect,
            differs,
        }) = manual
        else {
            continue;
        };
        let default = code(default);
        let _ = writeln!(
            page,
            "| `{}` | {default} | {} | {effect} | {} | {differs} |",
            option.name,
            option.kind,
            holds(option)
        );
    }
}

fn sounds(page: &mut String) {
    let _ = write!(page, "\n## Sounds\n\n{SOUNDS}\n\n");
    let _ = writeln!(
        page,
        "| Option | When | Heard by | Ours | Here |\n|---|---|---|---|---|"
    );
    for option in &SOUND_OPTIONS {
        let OptionId::Sound(name) = option.id else {
            continue;
        };
        let Some(manual) = name.manual() else {
            continue;
        };
        let ours = name.ours().map(conclave_model::Prompt::file_stem);
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            option.name,
            manual.said,
            manual.heard_by,
            code(&ours.unwrap_or_default()),
            holds(option)
        );
    }
}

fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

/// From when it holds, or why it does not.
fn holds(option: &KnownOption) -> String {
    let language = Language::English;
    match option.fate {
        Fate::Field(field) => words::field(field, None, language),
        Fate::Kept { today: "" } => words::kept(language).to_owned(),
        Fate::Kept { today } => format!("rooms do as `{today}` says; {}", words::kept(language)),
        Fate::Followed(from) => words::followed(from, language).to_owned(),
        Fate::Otherwise(how) => words::otherwise(how, language).to_owned(),
        Fate::NoEffect(why) => words::no_effect(why, language).to_owned(),
        Fate::Refused(why) => format!("refused: {}", words::refused(why, language)),
    }
}

const INTRODUCTION: &str = "\
# ConfBridge options

A room has two texts, **Options** (what ConfBridge calls a bridge profile) and **User options** (a
user profile). Each line is `key=value` or `key => value`; what follows a `;` is a comment. Names
are known in any case; yes and no may be written as ConfBridge takes them (`yes`, `true`, `y`, `t`,
`1`, `on`).

A line with an unknown name or a value that is not taken is refused, with its number, what would be
taken and the nearest name; nothing of the text is saved then. Where one of the room's own fields
says the same as an option, the field wins, and the line says so. Of two lines for one option the
later holds.

`conclave rooms set ROOM max_members=20` says one option and leaves the others, `options=...` and
`user_options=...` set a whole text; the console shows at each line what becomes of it.

`template=NAME` begins a text with the lines of a profile (`conclave profiles`). A personal PIN may
name a user profile of its own. Of what is said to one caller, that profile holds first; then what
their PIN makes of them (a moderator is admin and leader, not muted at the start, not sent away with
another leader, without a time limit); then the room's User options; then the profiles that these
begin with; then the defaults. What is decided before a PIN is typed (`answer_channel`) is decided by
the room's User options alone.

This page is drawn from the tables of the program.
";
const USER: &str = "\
What callers are asked, told and allowed.";
const BRIDGE: &str = "\
What holds for the room as a whole.";
const SOUNDS: &str = "\
A sound is named by a prompt of ours (`conclave prompts ls`), a sound of your own
(`conclave sounds put NAME FILE`), one of ConfBridge's own file names (`conf-kicked`), which ours is
then heard for, or `silence`. A name that does not exist is refused with the nearest that does. What
is said to one alone is said in their language, what is said to all in that of the room; a sound of
your own is the same in every language.";
