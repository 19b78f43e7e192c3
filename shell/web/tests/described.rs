//! The description of the API says of every operation what it does, takes, answers and refuses.

#![allow(clippy::unwrap_used)] // A test may fail.

mod common;

use common::Server;
use serde_json::{Value, json};

#[test]
fn every_operation_is_in_one_group_that_is_described() {
    let api = serde_json::to_value(conclave_web::openapi()).unwrap();
    let groups = api["tags"].as_array().unwrap();
    let described = |name: &Value| {
        let group = groups.iter().find(|group| group["name"] == *name);
        group.is_some_and(|group| group["description"].is_string())
    };
    for (place, operation) in operations(&api) {
        let names = operation["tags"].as_array().unwrap();
        assert!(
            names.len() == 1 && described(&names[0]),
            "{place}: {names:?}"
        );
    }
}

#[test]
fn every_operation_is_described_with_examples_and_refusals() {
    let api = serde_json::to_value(conclave_web::openapi()).unwrap();
    let mut faults = Vec::new();
    for (place, operation) in operations(&api) {
        for part in ["summary", "description", "operationId"] {
            if operation[part].as_str().is_none_or(str::is_empty) {
                faults.push(format!("{place}: no {part}"));
            }
        }
        let responses = operation["responses"].as_object().unwrap();
        let opens = operation["security"] == json!([{}]) || operation["security"] == json!([]);
        let inside = place.contains("/api/");
        for (wanted, status) in [
            (inside, "default"),
            (inside, "429"),
            (!opens, "401"),
            (place.contains('{'), "404"),
            (operation.get("requestBody").is_some(), "422"),
        ] {
            if wanted && !responses.contains_key(status) {
                faults.push(format!("{place}: no {status}"));
            }
        }
        let answers = responses.iter().map(|(status, answer)| (&**status, answer));
        for (status, answer) in answers.chain([("body", &operation["requestBody"])]) {
            for (kind, content) in content_of(answer, &api) {
                if is_readable(kind) && content["example"].is_null() {
                    faults.push(format!("{place}: no example of {status} {kind}"));
                }
                if kind.ends_with("json") {
                    compare(&content["example"], &content["schema"], &api)
                        .map_err(|why| faults.push(format!("{place}: {status}: {why}")))
                        .ok();
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What a reader copies from the reference does what it says.
#[tokio::test]
async fn every_example_of_a_body_is_one_that_is_understood() {
    let server = common::server().await;
    let room = json!({"title": "Sync", "extension": "801"});
    assert_eq!(
        server.json("POST", "/api/v1/rooms", &room).await.status,
        201
    );
    let api = serde_json::to_value(conclave_web::openapi()).unwrap();
    let mut sent = 0;
    let mut faults = Vec::new();
    for (place, operation) in operations(&api) {
        let example = &operation["requestBody"]["content"]["application/json"]["example"];
        if example.is_null() {
            continue;
        }
        sent += 1;
        let (status, answer) = sent_as_it_is(&server, &place, example).await;
        if [400, 413, 415, 422, 500].contains(&status) {
            faults.push(format!("{place}: {answer}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(sent > 10, "{sent}");
}

async fn sent_as_it_is(server: &Server, place: &str, example: &Value) -> (u16, String) {
    let (method, path) = place.split_once(' ').unwrap();
    let path = path.replace("{room}", "801").replace("{language}", "en");
    let path = path.split('/').map(|part| match part {
        "{participant}" => "1",
        "{playlist}" => "default",
        "{extension}" => "899",
        "{phone}" => "anna",
        named if named.starts_with('{') => "1",
        other => other,
    });
    let path = path.collect::<Vec<_>>().join("/");
    let got = server.json(&method.to_uppercase(), &path, example).await;
    (got.status, got.text)
}

fn operations(api: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = api["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| {
        let all = item.as_object().unwrap().iter();
        let operations = all.filter(|(method, _)| METHODS.contains(&method.as_str()));
        operations.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

fn content_of<'a>(answer: &'a Value, api: &'a Value) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let answer = match answer["$ref"].as_str() {
        Some(reference) => api.pointer(&reference[1..]).unwrap(),
        None => answer,
    };
    let content = answer["content"].as_object().into_iter().flatten();
    content.map(|(kind, content)| (kind.as_str(), content))
}

/// Sounds and files have no example that a page could show.
fn is_readable(kind: &str) -> bool {
    kind.ends_with("json") || kind.starts_with("text/")
}

/// Whether the example has what its schema requires, and nothing of another type.
fn compare(example: &Value, schema: &Value, api: &Value) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return compare(example, api.pointer(&reference[1..]).unwrap(), api);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        compare(example, part, api)?;
    }
    let ways = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    if let Some(ways) = ways
        && !ways.iter().any(|way| compare(example, way, api).is_ok())
    {
        return Err(format!("{example} is none of {}", schema));
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        Value::String(one) => vec![json!(one)],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return Ok(()),
    };
    let kind = match example {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits =
        types.contains(&json!(kind)) || (kind == "integer" && types.contains(&json!("number")));
    if !fits {
        return Err(format!("{example} is no {types:?}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if kind == "object" && example.get(name.as_str().unwrap()).is_none() {
            return Err(format!("{name} is missing in {example}"));
        }
    }
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = example.get(name) {
            compare(value, part, api).map_err(|why| format!("{name}: {why}"))?;
        }
    }
    for item in example.as_array().into_iter().flatten() {
        compare(item, &schema["items"], api)?;
    }
    Ok(())
}

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];
