//! Hides the numbers of callers in an event as it is sent; knows not who may see them.

use serde_json::Value;

use crate::mask::{masked, masked_name};

/// Masks every number of a caller, however deep.
pub fn mask_callers(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                match value {
                    Value::String(text) if NUMBERS.contains(&field.as_str()) => {
                        *text = masked(text);
                    }
                    Value::String(text) if NAMES.contains(&field.as_str()) => {
                        *text = masked_name(text);
                    }
                    Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
                    Value::Object(_) | Value::Array(_) => mask_callers(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_callers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

const NUMBERS: [&str; 2] = ["number", "from_number"];
const NAMES: [&str; 2] = ["name", "from_name"];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_number_is_left_at_any_depth() {
        let mut event = json!({
            "from_number": "+491715550889",
            "from_name": "0171/5550889",
            "participants": [{"name": "Ann", "number": "214"}],
            "extension": "801",
        });
        mask_callers(&mut event);
        let expected = json!({
            "from_number": "+49171 ••• 889",
            "from_name": "0171/5 ••• 889",
            "participants": [{"name": "Ann", "number": "214"}],
            "extension": "801",
        });
        assert_eq!(event, expected);
    }
}
