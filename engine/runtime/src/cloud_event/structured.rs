//! Structured mode: one JSON object.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Attributes, CloudEvent, CloudEventError, json};

pub(super) fn read(body: &[u8]) -> Result<CloudEvent, CloudEventError> {
    let Json::Object(fields) = json(body, "the body")? else {
        return Err(CloudEventError::attribute(
            "specversion",
            "is not there, since the body is not a JSON object",
            "send one CloudEvent as a JSON object",
        ));
    };
    let (mut attributes, mut data) = (BTreeMap::new(), None);
    for (name, value) in fields {
        match (name.as_str(), value) {
            ("data", value) => data = Some(value),
            ("data_base64", _) => {
                return Err(CloudEventError::attribute(
                    "data_base64",
                    "holds binary data",
                    "send the data as JSON in `data`",
                ));
            }
            (_, Json::Null) => {}
            (name, value) => {
                let text = text(name, value)?;
                attributes.insert(name.to_owned(), text);
            }
        }
    }
    Attributes(attributes).event(data)
}

fn text(name: &str, value: Json) -> Result<String, CloudEventError> {
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    {
        return Err(CloudEventError::attribute(
            name,
            "is no name for an attribute",
            "use lowercase letters and digits, or put it in `data`",
        ));
    }
    match value {
        Json::String(text) => Ok(text),
        Json::Bool(value) => Ok(value.to_string()),
        Json::Number(number) if number.is_i64() => Ok(number.to_string()),
        Json::Number(_) | Json::Null | Json::Array(_) | Json::Object(_) => {
            Err(CloudEventError::attribute(
                name,
                "is not a text, a whole number, true or false",
                "put what has a structure in `data`",
            ))
        }
    }
}
