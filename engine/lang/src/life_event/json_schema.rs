//! The types of contracts as JSON Schema: what their values look like in a message, over every door.

use parcours_core::value::Type;
use serde_json::{Map, Value, json};

/// The JSON Schema of values of this type.
#[must_use]
pub fn json_schema(ty: &Type) -> Value {
    match ty {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Integer => json!({ "type": "integer" }),
        Type::Money => {
            json!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,2})?$", "description": "euros" })
        }
        Type::Text => json!({ "type": "string" }),
        Type::Choice(words) => json!({ "enum": words }),
        Type::Date => json!({ "type": "string", "format": "date" }),
        Type::Moment => {
            json!({ "type": "string", "description": "a civil date and time, without time zone: 2026-03-02T14:30:00" })
        }
        Type::List(of) => json!({ "type": "array", "items": json_schema(of) }),
        Type::Record(fields) => {
            let required: Vec<&String> = fields
                .iter()
                .filter(|(_, field)| !field.optional)
                .map(|(name, _)| name)
                .collect();
            let properties: Map<String, Value> = fields
                .iter()
                .map(|(name, field)| (name.clone(), json_schema(&field.ty)))
                .collect();
            json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
        }
    }
}
