//! Example values, from what the schemas say of themselves; checks nothing that is sent.

use serde_json::{Map, Value, json};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// The schemas that examples are made of.
pub(crate) struct Examples {
    schemas: Value,
}

impl Examples {
    pub fn of(api: &OpenApi) -> Self {
        let schemas = api.components.as_ref().map(|all| &all.schemas);
        Self {
            schemas: serde_json::to_value(schemas).unwrap_or_default(),
        }
    }

    /// A value that this schema takes.
    pub fn of_schema(&self, schema: &RefOr<Schema>) -> Value {
        let schema = serde_json::to_value(schema).unwrap_or_default();
        self.value("", &schema, 0)
    }

    fn value(&self, name: &str, schema: &Value, depth: usize) -> Value {
        if depth > DEPTH_MAX {
            return Value::Null;
        }
        if let Some(said) = said(schema) {
            return said;
        }
        if let Some(target) = schema["$ref"].as_str() {
            let target = target.rsplit('/').next().unwrap_or_default();
            return self.value(name, &self.schemas[target], depth + 1);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let values = parts.iter().map(|part| self.value(name, part, depth + 1));
            return Value::Object(values.filter_map(fields).flatten().collect());
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(ways) = schema[choice].as_array() {
                let way = ways.iter().find(|way| way["type"] != "null");
                return way.map_or(Value::Null, |way| self.value(name, way, depth + 1));
            }
        }
        self.plain(name, schema, depth)
    }

    fn plain(&self, name: &str, schema: &Value, depth: usize) -> Value {
        match type_of(schema) {
            "object" => {
                let properties = schema["properties"].as_object().into_iter().flatten();
                let fields = properties
                    .map(|(name, part)| (name.clone(), self.value(name, part, depth + 1)));
                Value::Object(fields.collect())
            }
            "array" => json!([self.value(name, &schema["items"], depth + 1)]),
            "boolean" => json!(false),
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(0)),
            "string" => text(name, schema["format"].as_str()),
            _ => Value::Null,
        }
    }
}

/// What the schema itself gives as an example, or as its only or first value.
fn said(schema: &Value) -> Option<Value> {
    let first = |name: &str| schema[name].as_array()?.first().cloned();
    let given = schema.get("example").or_else(|| schema.get("const"));
    given
        .cloned()
        .or_else(|| first("examples"))
        .or_else(|| first("enum"))
}

fn fields(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

/// The type; of several, the one that is something.
fn type_of(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(name) => name,
        Value::Array(names) => {
            let mut names = names.iter().filter_map(Value::as_str);
            names.find(|name| *name != "null").unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "",
    }
}

fn text(name: &str, format: Option<&str>) -> Value {
    match format {
        Some("date-time") => json!("2030-11-05T09:30:00Z"),
        Some("password") => json!("seven trains to Passau"),
        Some(_) | None => {
            let known = WORDS.iter().find(|(known, _)| *known == name);
            known.map_or(Value::Null, |(_, word)| json!(word))
        }
    }
}

/// The deepest answer has five levels.
const DEPTH_MAX: usize = 16;

/// What fields of these names hold wherever they stand, unless their schema says something better.
const WORDS: &[(&str, &str)] = &[
    ("accepted", "2 to 12 digits, not starting with 0"),
    ("applied_as", "muted on entry"),
    ("by", "Anna Huber"),
    ("call", "ca_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("codec", "G722"),
    ("content_type", "text/plain"),
    ("context", "conferences"),
    ("created_by", "anna"),
    ("csrf", "5f0c1a9be2d34f67a8b1c0d9e8f7a6b5"),
    ("detail", "title: Team meeting"),
    ("dialled", "801"),
    ("disabled_why", "nothing was taken for three days"),
    ("end_sentence", "The caller hung up."),
    ("error", "no answer within 15 s"),
    ("extension", "801"),
    ("fault", "no sound that could be read"),
    ("from_name", "Anna Huber"),
    ("from_number", "+498912345678"),
    ("html", "<p>Dial 801 and enter the PIN.</p>"),
    ("http", "127.0.0.1:8080"),
    ("id", "rm_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("language", "en"),
    ("local", "192.0.2.1:5060"),
    ("message", "announce_join_leave=yes"),
    ("moderator_pin", "539182"),
    ("moderator_text", "*7 = admin_toggle_conference_lock"),
    ("music", "default"),
    ("name", "Anna Huber"),
    ("nearest", "startmuted"),
    ("next_cursor", "ca_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("note", "the ticket system"),
    ("number", "+498912345678"),
    ("numbers", "masked"),
    ("options", "max_members=20"),
    ("participant", "pa_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("phone", "ph_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("pin", "627184"),
    ("recording", "rc_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("remote", "192.0.2.7:5060"),
    ("room", "rm_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("room_title", "Team meeting"),
    ("sentence", "entered the room"),
    ("sip_call_id", "a84b4c76e66710@192.0.2.7"),
    ("subject", "Team meeting"),
    ("text", "Dial 801 and enter the PIN 627184."),
    ("title", "Team meeting"),
    ("transport", "udp"),
    ("types", "room.created"),
    ("url", "https://tickets.example.com/conclave"),
    ("user_options", "startmuted=no"),
    ("webhook", "wh_0193a6c1b2f07c3e9d5a4b6c7d8e9f00"),
    ("why", "nothing was taken for three days"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_an_answer_has_an_example() {
        let api = crate::openapi();
        let examples = Examples::of(&api);
        let mut missing = Vec::new();
        let all = examples.schemas.as_object().expect("schemas");
        for (name, schema) in all {
            if said(schema).is_none() {
                texts_without(name, schema, &mut missing);
            }
        }
        assert!(
            missing.is_empty(),
            "give them an example, or their name a word in WORDS: {missing:?}"
        );
    }

    fn texts_without(place: &str, schema: &Value, missing: &mut Vec<String>) {
        if said(schema).is_some() || schema.get("$ref").is_some() {
            return;
        }
        for choice in ["allOf", "oneOf", "anyOf"] {
            for part in schema[choice].as_array().into_iter().flatten() {
                texts_without(place, part, missing);
            }
        }
        for (name, part) in schema["properties"].as_object().into_iter().flatten() {
            texts_without(&format!("{place}.{name}"), part, missing);
        }
        if schema["items"].is_object() {
            texts_without(place, &schema["items"], missing);
        }
        let name = place.rsplit('.').next().unwrap_or_default();
        if type_of(schema) == "string" && text(name, schema["format"].as_str()).is_null() {
            missing.push(place.to_owned());
        }
    }
}
