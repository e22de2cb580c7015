//! How a message is told to be a CloudEvent, and what it is called. Checking it is the engine's matter.

use parcours_runtime::cloud_event::percent_decoded;
use parcours_runtime::intake::Message;
use serde::Deserialize;

use crate::door::Delivery;

const CONTENT_TYPE: &str = "content-type";
const STRUCTURED: &str = "application/cloudevents";

/// What an event is called, as far as can be told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) source: String,
    pub(crate) id: String,
    pub(crate) ty: String,
}

/// Says in the headers that a body without any is a structured CloudEvent, where it looks like one.
pub(crate) fn recognized(mut delivery: Delivery) -> Delivery {
    let tells = |(name, _): &(String, String)| name == CONTENT_TYPE || name.starts_with("ce-");
    let object = delivery
        .body
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        == Some(&b'{');
    if object && !delivery.headers.iter().any(tells) {
        delivery
            .headers
            .push((CONTENT_TYPE.to_owned(), format!("{STRUCTURED}+json")));
    }
    delivery
}

/// The message as the engine takes it, which is read here and nowhere else, so that nobody is taken for another there; and what it is
/// called. What cannot be read is called as far as can be told.
pub(crate) fn read(delivery: &Delivery) -> (Message, Option<Name>) {
    let headers = delivery.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
    let message = Message::received(headers, &delivery.body);
    let name = match &message {
        Message::Event(event) => Some(Name {
            source: event.source.clone(),
            id: event.id.clone(),
            ty: event.ty.clone(),
        }),
        Message::Unreadable { .. } => guessed(delivery),
    };
    (message, name)
}

/// The source of the event that it corrects or retracts.
pub(crate) fn source_of_original(message: &Message) -> Option<&str> {
    match message {
        Message::Event(event) => event.original().map(|original| original.source.as_str()),
        Message::Unreadable { .. } => None,
    }
}

/// The name, if it has a source, an id and a type.
fn guessed(delivery: &Delivery) -> Option<Name> {
    #[derive(Deserialize)]
    struct Attributes {
        source: String,
        id: String,
        #[serde(rename = "type")]
        ty: String,
    }
    let header = |wanted: &str| {
        let found = delivery.headers.iter().find(|(name, _)| name == wanted)?;
        Some(found.1.as_str())
    };
    let name = if header(CONTENT_TYPE)
        .is_some_and(|media| media.to_ascii_lowercase().starts_with(STRUCTURED))
    {
        let Attributes { source, id, ty } = serde_json::from_slice(&delivery.body).ok()?;
        Name { source, id, ty }
    } else {
        let attribute = |name| header(name).and_then(percent_decoded);
        Name {
            source: attribute("ce-source")?,
            id: attribute("ce-id")?,
            ty: attribute("ce-type")?,
        }
    };
    let whole = !name.source.is_empty() && !name.id.is_empty() && !name.ty.is_empty();
    whole.then_some(name)
}

#[cfg(test)]
mod tests {
    use parcours_runtime::CloudEvent;

    use super::*;

    fn message(headers: &[(&str, &str)], body: &str) -> Delivery {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        recognized(Delivery {
            headers,
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn all_three_ways_of_publishing_give_the_same_name() {
        let body = r#" {"source":"urn:a b","id":"1","type":"birth"}"#;
        let plain = guessed(&message(&[], body)).expect("recognised by its shape");
        let structured = guessed(&message(
            &[(
                "content-type",
                "application/cloudevents+json; charset=utf-8",
            )],
            body,
        ));
        let headers = [
            ("ce-source", "urn:a%20b"),
            ("ce-id", "1"),
            ("ce-type", "birth"),
            ("content-type", "application/json"),
        ];
        assert_eq!(structured.as_ref(), Some(&plain));
        assert_eq!(guessed(&message(&headers, "{}")), Some(plain));
    }

    #[test]
    fn a_name_is_the_one_that_the_engine_reads() {
        let named = |headers: &[(&str, &str)], body: &str| read(&message(headers, body)).1;
        let number =
            r#"{"specversion":"1.0","source":"urn:victim","id":7,"type":"birth","data":{}}"#;
        let name = named(&[], number).expect("the engine takes a number for a text");
        assert_eq!(
            (name.source.as_str(), name.id.as_str()),
            ("urn:victim", "7")
        );
        let twice = [
            ("ce-specversion", "1.0"),
            ("ce-id", "1"),
            ("ce-type", "birth"),
            ("ce-source", "urn:mine"),
            ("ce-source", "urn:victim"),
            ("content-type", "application/json"),
        ];
        let read = CloudEvent::received(twice, b"{}").expect("it is read");
        assert_eq!(named(&twice, "{}").expect("named").source, read.source);
    }

    #[test]
    fn what_has_no_whole_name_has_none() {
        for body in [
            "",
            "birth",
            "[]",
            "{}",
            r#"{"source":"a","id":1,"type":"birth"}"#,
            r#"{"source":"","id":"1","type":"b"}"#,
        ] {
            assert_eq!(guessed(&message(&[], body)), None, "{body}");
        }
        for bad in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(percent_decoded(bad), None, "{bad}");
        }
    }
}
