//! Invitations over HTTP: finds out for whom, from where and in which form; words are the API's.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use conclave_api::{
    Invitation, InvitationView, InvitedPin, OtherPins, Problem, ProblemKind, Request,
    Response as Reply, RoomKey, RoomView, Wrong, calendar, html, plain, read_meeting,
};
use conclave_model::Permission;

use crate::audit::audit;
use crate::backend::{Web, now};
use crate::brain::misfit;
use crate::host::HostFacts;
use crate::options::language;
use crate::path::Segments;
use crate::qr;
use crate::query::Parameters;
use crate::refusal::{Answered, Refusal};
use crate::requester::Requester;

/// An invitation to a room, with its PIN for those who may see PINs.
///
/// The form is what `Accept` asks for: JSON, `text/plain`, `text/html`, `text/calendar` (RFC 5545
/// with the CONFERENCE of RFC 7986), or `image/svg+xml` for a QR code of what a phone dials.
#[utoipa::path(
    get, path = "/rooms/{room}/invitation", tag = "rooms",
    params(
        ("room" = String, Path, description = "Id, extension or title"),
        ("lang" = Option<String>, Query, description = "The invitee's: `en` or `de`", example = "de"),
        ("format" = Option<String>, Query, description = "`json`, `text`, `html`, `ics` or `qr`, instead of `Accept`"),
        ("start" = Option<String>, Query, description = "Of a meeting, RFC 3339", example = "2026-11-24T10:00:00+01:00"),
        ("end" = Option<String>, Query, description = "Of a meeting, RFC 3339; an hour after the start when left out"),
    ),
    responses(
        (status = 200, description = "The invitation", content(
            (InvitationView = "application/json"),
            (String = "text/plain", example = json!("Team meeting\n\nDial 801 and enter the PIN 627184.\n")),
            (String = "text/html", example = json!("<p>Dial 801 and enter the PIN 627184.</p>\n")),
            (String = "text/calendar", example = json!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n…END:VCALENDAR\r\n")),
            (String = "image/svg+xml"),
        )),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show_invitation(
    State(web): State<Web>,
    requester: Requester,
    Segments(room): Segments<String>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Answered {
    let mut known = parameters.of(&["lang", "format", "start", "end"])?;
    let form = match known.text("format") {
        Some(name) => Form::from_name(&name)?,
        None => Form::accepted(&headers),
    };
    let language = language(&mut known)?;
    let (start, end) = (known.text("start"), known.text("end"));
    let meeting = read_meeting(start.as_deref(), end.as_deref()).map_err(Problem::invalid)?;
    let request = Request::ShowRoom(RoomKey::new(&room));
    let Reply::Room(room) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    let pin = invited_pin(&web, &requester, &room).await?;
    let facts = web.backend.host.facts();
    let invitation = Invitation {
        number: number(&facts, &room.extension),
        host: reached_at(&facts, &headers),
        room: room.id,
        title: room.title,
        extension: room.extension,
        pin,
        meeting,
        language,
        version: room.version,
    };
    if matches!(invitation.pin, InvitedPin::Shown(_)) {
        let detail = format!("its PIN in an invitation ({})", form.name());
        audit(&web, &requester, "pin.shown", &invitation.room, &detail).await?;
    }
    answer(&invitation, form)
}

/// What an invitation is wanted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Text,
    Html,
    Calendar,
    Qr,
}

impl Form {
    const ALL: [Form; 5] = [Form::Json, Form::Text, Form::Html, Form::Calendar, Form::Qr];

    const fn name(self) -> &'static str {
        match self {
            Form::Json => "json",
            Form::Text => "text",
            Form::Html => "html",
            Form::Calendar => "ics",
            Form::Qr => "qr",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Form::Json => "application/json",
            Form::Text => "text/plain",
            Form::Html => "text/html",
            Form::Calendar => "text/calendar",
            Form::Qr => "image/svg+xml",
        }
    }

    fn from_name(name: &str) -> Result<Self, Problem> {
        let found = Form::ALL.into_iter().find(|form| form.name() == name);
        found.ok_or_else(|| {
            let accepted = "json, text, html, ics or qr";
            Problem::invalid(vec![Wrong::new("format", name, accepted)])
        })
    }

    /// The form that `Accept` likes best (RFC 9110 §12.5.1); JSON when it names none of ours.
    fn accepted(headers: &HeaderMap) -> Self {
        let mut best = (0.0, Form::Json);
        let values = headers.get_all(header::ACCEPT).iter();
        let ranges = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let wanted = parts.next().unwrap_or("");
            let liking = parts
                .find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok())
                .unwrap_or(1.0);
            let form = Form::ALL
                .into_iter()
                .find(|form| form.media_type().eq_ignore_ascii_case(wanted));
            if let Some(form) = form
                && liking > best.0
            {
                best = (liking, form);
            }
        }
        best.1
    }
}

async fn invited_pin(web: &Web, requester: &Requester, room: &RoomView) -> Answered<InvitedPin> {
    if !room.pin_set {
        let others = OtherPins::of(room.moderator_pin_set, room.personal_pins);
        return Ok(others.map_or(InvitedPin::None, InvitedPin::Others));
    }
    if !requester.permissions.has(Permission::RoomsPin) {
        return Ok(InvitedPin::Hidden);
    }
    let request = Request::ShowPin(RoomKey::new(&room.id));
    let Reply::Pin(view) = web.backend.brain.ask(request).await? else {
        return Err(misfit().into());
    };
    Ok(view.pin.map_or(InvitedPin::None, InvitedPin::Shown))
}

fn answer(invitation: &Invitation, form: Form) -> Answered {
    let text = match form {
        Form::Json => return Ok(Json(InvitationView::of(invitation)).into_response()),
        Form::Text => plain(invitation),
        Form::Html => html(invitation),
        Form::Calendar => calendar(invitation, now()),
        Form::Qr => qr::svg(&invitation.dial()).ok_or_else(|| {
            Refusal::new(ProblemKind::Internal, "what is dialled fits no QR code")
        })?,
    };
    let kind = match form {
        Form::Json | Form::Qr => form.media_type().to_owned(),
        Form::Text | Form::Html | Form::Calendar => {
            format!("{}; charset=utf-8", form.media_type())
        }
    };
    let mut response: Response = text.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&kind).expect("our own media types are ASCII");
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    if form == Form::Calendar {
        // An extension has digits alone.
        let name = format!(
            "attachment; filename=\"conference-{}.ics\"",
            invitation.extension
        );
        if let Ok(name) = HeaderValue::from_str(&name) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
    }
    Ok(response)
}

/// E.164 numbers have at most 15 digits.
fn number(facts: &HostFacts, extension: &str) -> Option<String> {
    let number = format!("{}{extension}", facts.public.number.as_ref()?);
    (number.len() <= 16).then_some(number)
}

/// What the settings say, else where this very request was sent, with the port of SIP.
fn reached_at(facts: &HostFacts, headers: &HeaderMap) -> String {
    if let Some(host) = &facts.public.host {
        return host.clone();
    }
    let given = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let host = given.map_or("localhost", without_port);
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    let host = if !host.is_empty() && host.chars().all(allowed) {
        host
    } else {
        "localhost"
    };
    let port = facts.sip.first().and_then(|bound| bound.rsplit(':').next());
    match port {
        Some(port) if port != "5060" => format!("{host}:{port}"),
        Some(_) | None => host.to_owned(),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(text: &str) -> Form {
        let value = HeaderValue::from_str(text).unwrap();
        Form::accepted(&HeaderMap::from_iter([(header::ACCEPT, value)]))
    }

    #[test]
    fn accept_is_read_with_its_weights() {
        assert_eq!(accept("text/calendar"), Form::Calendar);
        assert_eq!(accept("text/plain;q=0.5, TEXT/HTML; q=0.9"), Form::Html);
        assert_eq!(accept("image/svg+xml, text/plain"), Form::Qr);
        assert_eq!(accept("text/plain;q=0, */*"), Form::Json);
        assert_eq!(accept("image/png"), Form::Json);
        assert_eq!(Form::accepted(&HeaderMap::new()), Form::Json);
    }

    #[test]
    fn a_port_is_taken_off_and_an_address_is_not() {
        assert_eq!(
            without_port("conference.example.com:8080"),
            "conference.example.com"
        );
        assert_eq!(without_port("[2001:db8::1]:8080"), "[2001:db8::1]");
        assert_eq!(without_port("[2001:db8::1]"), "[2001:db8::1]");
    }
}
