//! `conclave rooms invite`: what those are told who are to dial a room.

use clap::{Args, ValueEnum};
use conclave_api::{InvitationView, clean_lines};
use fast_qr::{ECL, QRBuilder};

use crate::client::{Client, escape};
use crate::output::Output;
use crate::{Failure, Format, rooms};

#[derive(Args, Debug)]
pub struct InviteArgs {
    /// Extension, title or id
    pub room: String,
    /// The invitee's language, en or de [default: the room's]
    #[arg(long)]
    pub lang: Option<String>,
    /// In which form
    #[arg(long = "as", value_enum, default_value_t = InviteForm::Text)]
    pub form: InviteForm,
    /// When the meeting begins, such as 2026-11-24T10:00:00+01:00
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,
    /// When it ends [default: an hour after it begins]
    #[arg(long, value_name = "TIME")]
    pub end: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InviteForm {
    /// For a mail or a message
    Text,
    Html,
    /// A calendar's event
    Ics,
    /// A picture (SVG) of what a phone dials
    Qr,
    /// The same picture on a terminal
    QrText,
}

impl InviteForm {
    const fn name(self) -> &'static str {
        match self {
            InviteForm::Text => "text",
            InviteForm::Html => "html",
            InviteForm::Ics => "ics",
            InviteForm::Qr => "qr",
            // The picture is drawn here.
            InviteForm::QrText => "json",
        }
    }
}

pub(crate) async fn invite(
    client: &Client,
    args: InviteArgs,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    if output.format == Format::Json || args.form == InviteForm::QrText {
        let view: InvitationView = client.get(&path(&args, "json")).await?;
        return match output.format {
            Format::Json => Ok(output.line(&view, "")?),
            Format::Table => Ok(output.write(&drawn(&view.dial)?)?),
        };
    }
    let text = client.text(&path(&args, args.form.name())).await?;
    match args.form {
        InviteForm::Text => output.write(&clean_lines(&text))?,
        // Files for other programs: not a byte is changed.
        InviteForm::Html | InviteForm::Ics | InviteForm::Qr | InviteForm::QrText => {
            output.write(&text)?;
        }
    }
    Ok(())
}

/// Two modules a character, light on dark.
fn drawn(dial: &str) -> Result<String, Failure> {
    let code = QRBuilder::new(dial.as_bytes()).ecl(ECL::M).build();
    let code = code.map_err(|_| {
        Failure::Strange("what is dialled fits no QR code; there is --as text".to_owned())
    })?;
    Ok(code.to_str() + "\n")
}

fn path(args: &InviteArgs, format: &str) -> String {
    let given = [
        ("lang", &args.lang),
        ("start", &args.start),
        ("end", &args.end),
    ];
    let mut path = format!("{}/invitation?format={format}", rooms::path(&args.room));
    for (name, value) in given {
        if let Some(value) = value {
            path += &format!("&{name}={}", escape(value));
        }
    }
    path
}
