//! Trying ConfBridge options out over HTTP; saves nothing and judges nothing itself.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use conclave_api::{
    KnownNames, OptionsInput, OptionsView, Problem, Wrong, check_options, read_options_input,
};
use conclave_model::Language;

use crate::backend::Web;
use crate::body::JsonBody;
use crate::query::{Known, Parameters};
use crate::refusal::Answered;
use crate::sounds;

/// Says of every line of options what would become of it. Changes nothing.
#[utoipa::path(
    post, path = "/options/check", tag = "rooms",
    params(("lang" = Option<String>, Query, description = "`en` or `de`: whose words", example = "en")),
    request_body = OptionsInput,
    responses(
        (status = 200, description = "Every line, also those that would be refused", body = OptionsView),
        (status = "default", description = "Refused", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn check(
    State(web): State<Web>,
    parameters: Parameters,
    body: JsonBody,
) -> Answered {
    let mut known = parameters.of(&["lang"])?;
    let language = language(&mut known)?;
    let input = read_options_input(body.required()?)?;
    let names = sounds::names(&web).await?;
    let sounds: Vec<&str> = names.iter().map(String::as_str).collect();
    let programs = web.backend.host.facts().record_commands;
    let programs: Vec<&str> = programs.iter().map(String::as_str).collect();
    let known = KnownNames {
        sounds: &sounds,
        programs: &programs,
    };
    Ok(Json(check_options(&input, known, language)).into_response())
}

/// The reader's language; English when nothing is said.
pub(crate) fn language(known: &mut Known) -> Result<Language, Problem> {
    let Some(text) = known.text("lang") else {
        return Ok(Language::English);
    };
    Language::ALL
        .into_iter()
        .find(|language| language.tag() == text)
        .ok_or_else(|| Problem::invalid(vec![Wrong::new("lang", &text, "en or de")]))
}
