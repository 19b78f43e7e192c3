//! Completes the description of the API: what an operation takes, how it refuses, examples.

use axum::http::Method;
use conclave_api::{Problem, ProblemKind, Wrong};
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::{Content, ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

use crate::access::{self, Need};
use crate::examples::Examples;
use crate::groups::groups;

/// The same description, with what can be said of every operation by one rule.
pub(crate) fn explained(mut api: OpenApi) -> OpenApi {
    let examples = Examples::of(&api);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            let need = access::needed(&method, path);
            say_what_it_takes(operation, need);
            say_how_it_refuses(operation, &method, path, need);
            show_examples(operation, &examples);
        }
    }
    api.tags = Some(groups());
    let components = api.components.get_or_insert_default();
    for kind in ProblemKind::ALL {
        let response = RefOr::T(refusal(kind));
        components.responses.insert(key(kind).to_owned(), response);
    }
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let all = [
        (Method::GET, &mut item.get),
        (Method::PUT, &mut item.put),
        (Method::POST, &mut item.post),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn say_what_it_takes(operation: &mut Operation, need: Need) {
    let takes = match need {
        Need::Nothing => "Open to everybody.".to_owned(),
        Need::ToBeKnown => "Takes a session or a token.".to_owned(),
        Need::To(permission) => format!("Takes the permission `{permission}`."),
    };
    let said = operation.description.take().unwrap_or_default();
    let whole = format!("{said}\n\n{takes}");
    operation.description = Some(whole.trim_start().to_owned());
}

/// The kinds of refusal that follow from the form of the request; `default` has the rest.
fn say_how_it_refuses(operation: &mut Operation, method: &Method, path: &str, need: Need) {
    let mut kinds = Vec::new();
    if need != Need::Nothing {
        kinds.push(ProblemKind::Unauthorized);
    }
    if matches!(need, Need::To(_)) || (*method != Method::GET && need == Need::ToBeKnown) {
        kinds.push(ProblemKind::Refused);
    }
    if path.contains('{') {
        kinds.push(ProblemKind::NotFound);
    }
    if operation.request_body.is_some() {
        kinds.extend([
            ProblemKind::Malformed,
            ProblemKind::TooLarge,
            ProblemKind::UnsupportedMediaType,
            ProblemKind::Invalid,
        ]);
    }
    let parameters = operation.parameters.iter().flatten();
    let places: Vec<(ParameterIn, &str)> = parameters
        .filter_map(|one| match one {
            RefOr::T(one) => Some((one.parameter_in.clone(), one.name.as_str())),
            RefOr::Ref(_) => None,
        })
        .collect();
    if places.iter().any(|(place, _)| *place == ParameterIn::Query) {
        kinds.push(ProblemKind::Invalid);
    }
    if places.iter().any(|(_, name)| *name == "If-Match") {
        kinds.push(ProblemKind::VersionMismatch);
    }
    if path.starts_with("/api/") {
        kinds.push(ProblemKind::TooMany);
    }
    for kind in kinds {
        let known = &mut operation.responses.responses;
        let leads = Ref::new(format!("#/components/responses/{}", key(kind)));
        known
            .entry(kind.status().to_string())
            .or_insert(RefOr::Ref(leads));
    }
}

fn show_examples(operation: &mut Operation, examples: &Examples) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for (kind, content) in &mut body.content {
            fill(kind, content, examples);
        }
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        for (kind, content) in &mut response.content {
            if kind == "application/problem+json" {
                say_a_problem(status, content);
            } else {
                fill(kind, content, examples);
            }
        }
    }
}

fn fill(kind: &str, content: &mut RefOr<Content>, examples: &Examples) {
    let RefOr::T(content) = content else {
        return;
    };
    if kind == "application/json" && content.example.is_none() {
        content.example = content
            .schema
            .as_ref()
            .map(|schema| examples.of_schema(schema));
    }
}

fn say_a_problem(status: &str, content: &mut RefOr<Content>) {
    if let RefOr::T(content) = content {
        let known = ProblemKind::ALL
            .into_iter()
            .find(|kind| kind.status().to_string() == status);
        let problem = instance(known.unwrap_or(ProblemKind::Unavailable));
        content.example = serde_json::to_value(problem).ok();
    }
}

fn refusal(kind: ProblemKind) -> Response {
    let problem = instance(kind);
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(&problem).ok())
        .build();
    let mut response = ResponseBuilder::new()
        .description(problem.title)
        .content("application/problem+json", content);
    if matches!(kind, ProblemKind::TooMany | ProblemKind::Unavailable) {
        let seconds = utoipa::openapi::HeaderBuilder::new()
            .description(Some("Seconds after which it is worth coming back"))
            .build();
        response = response.header("Retry-After", seconds);
    }
    response.build()
}

/// One that really happens.
fn instance(kind: ProblemKind) -> Problem {
    let detail = match kind {
        ProblemKind::Malformed => "the body must be a JSON object",
        ProblemKind::Unauthorized => "sign in, or send `Authorization: Bearer TOKEN`",
        ProblemKind::Refused => "this needs the permission rooms:write",
        ProblemKind::NotFound => "there is no room \"801\"",
        ProblemKind::MethodNotAllowed => "this path exists, but not for this method",
        ProblemKind::Conflict => "another room has it already",
        ProblemKind::VersionMismatch => "there is a newer version",
        ProblemKind::TooLarge => "the body is larger than 262144 bytes, or was cut off",
        ProblemKind::UnsupportedMediaType => {
            "Content-Type: \"text/xml\" is not accepted here; expected application/json"
        }
        ProblemKind::Invalid => {
            let accepted = "2 to 12 digits, not starting with 0";
            return Problem::invalid(vec![Wrong::new("extension", "080", accepted)]);
        }
        ProblemKind::TooMany => "there were too many requests; the next is heard in 3 s",
        ProblemKind::Internal => "the request failed by a fault of the server; the log has more",
        ProblemKind::Unavailable => "too many requests are waiting",
    };
    Problem::new(kind, detail)
}

/// What a refusal is called among the components: the last word of its kind.
fn key(kind: ProblemKind) -> &'static str {
    let name = kind.name();
    name.rsplit_once(':').map_or(name, |(_, last)| last)
}
