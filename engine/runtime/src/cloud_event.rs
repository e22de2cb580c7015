//! CloudEvents 1.0, structured and binary, into one [`CloudEvent`].
//!
//! Both modes give the same event: `application/cloudevents+json` holds it all in the body; otherwise attributes are
//! headers `ce-<name>` (HTTP and NATS alike, values percent-encoded) and the body is the data, in JSON.
//!
//! Two extension attributes tie an event to an earlier one: `corrects` and `retracts` hold a [`Reference`] to it. `type` names a
//! life event by its last dotted segment: `birth` and `fr.parcours.birth` are both the life event `birth`.
//!
//! Errors name the attribute, or the place in the body, and never repeat what was sent.

mod binary;
mod error;
mod reference;
mod structured;

#[cfg(test)]
mod tests;

pub use error::CloudEventError;
pub use reference::{Reference, percent_decoded};

use std::collections::BTreeMap;

use parcours_core::name::LifeEventKind;
use serde_json::{Map, Value as Json};

use crate::clock::Instant;

/// The attributes that mean something here.
const ATTRIBUTES: [&str; 12] = [
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "data",
    "data_base64",
    "corrects",
    "retracts",
];

/// The most bytes that an event may have, envelope included: 1 MiB.
pub const LARGEST: usize = 1024 * 1024;
/// How deep its data may be nested.
pub const DEEPEST: usize = 32;
/// The most characters of an attribute.
pub const LONGEST_ATTRIBUTE: usize = 2048;

/// A published event, its envelope checked.
#[derive(Clone, PartialEq)]
pub struct CloudEvent {
    /// `id`: with `source`, the name of the event.
    pub id: String,
    /// `source`: a URI-reference.
    pub source: String,
    /// `type`.
    pub ty: String,
    /// `time`, when it was published, if it says so.
    pub time: Option<Instant>,
    /// `subject`.
    pub subject: Option<String>,
    /// `datacontenttype`, which is a kind of JSON.
    pub datacontenttype: Option<String>,
    /// `data`: nothing for a retraction that repeats none.
    pub data: Option<Json>,
    /// The event that this one says again, otherwise.
    pub corrects: Option<Reference>,
    /// The event that did not happen.
    pub retracts: Option<Reference>,
    /// Any other extension attribute, as text.
    pub extensions: BTreeMap<String, String>,
}

/// Shows no values: they are about somebody.
impl std::fmt::Debug for CloudEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudEvent")
            .field("type", &self.ty)
            .finish_non_exhaustive()
    }
}

impl CloudEvent {
    /// An event of type `ty` with this name and data.
    #[must_use]
    pub fn new(
        ty: impl Into<String>,
        source: impl Into<String>,
        id: impl Into<String>,
        data: Json,
    ) -> Self {
        Self {
            id: id.into(),
            source: source.into(),
            ty: ty.into(),
            time: None,
            subject: None,
            datacontenttype: None,
            data: Some(data),
            corrects: None,
            retracts: None,
            extensions: BTreeMap::new(),
        }
    }

    /// The same event, saying again what the event named by `original` said.
    #[must_use]
    pub fn correcting(self, original: Reference) -> Self {
        Self {
            corrects: Some(original),
            ..self
        }
    }

    /// The event `source`, `id` that says that `original` did not happen.
    #[must_use]
    pub fn retracting(
        ty: impl Into<String>,
        source: impl Into<String>,
        id: impl Into<String>,
        original: Reference,
    ) -> Self {
        Self {
            data: None,
            retracts: Some(original),
            ..Self::new(ty, source, id, Json::Null)
        }
    }

    /// Reads a message as it was received: structured if its `content-type` says so, binary otherwise.
    ///
    /// # Errors
    /// [`CloudEventError`] names what is wrong, and the remedy.
    pub fn received<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: &[u8],
    ) -> Result<Self, CloudEventError> {
        if body.len() > LARGEST {
            return Err(CloudEventError::too_large(body));
        }
        let headers: BTreeMap<String, &str> = headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .collect();
        let content_type = headers.get("content-type").copied().unwrap_or_default();
        let media = content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if media.starts_with("application/cloudevents-batch") {
            return Err(CloudEventError::Batch);
        }
        let event = if media.starts_with("application/cloudevents") {
            structured::read(body)?
        } else {
            binary::read(&headers, content_type, body)?
        };
        event.checked()
    }

    /// Reads `application/cloudevents+json`.
    ///
    /// # Errors
    /// [`CloudEventError`] names what is wrong, and the remedy.
    pub fn structured(body: &[u8]) -> Result<Self, CloudEventError> {
        if body.len() > LARGEST {
            return Err(CloudEventError::too_large(body));
        }
        structured::read(body)?.checked()
    }

    /// Checks what a reader, or whoever built the event by hand, may have got wrong.
    ///
    /// # Errors
    /// [`CloudEventError`] names the attribute, and the remedy.
    pub fn checked(self) -> Result<Self, CloudEventError> {
        let attributes = [
            ("id", Some(&self.id)),
            ("source", Some(&self.source)),
            ("type", Some(&self.ty)),
            ("subject", self.subject.as_ref()),
            ("datacontenttype", self.datacontenttype.as_ref()),
        ];
        for (name, value) in attributes {
            let Some(value) = value else { continue };
            if value.is_empty() {
                return Err(CloudEventError::Missing { attribute: name });
            }
            well_formed(name, value)?;
        }
        reference::uri_reference("source", &self.source)?;
        for (name, value) in &self.extensions {
            well_formed(name, value)?;
        }
        for (name, original) in [("corrects", &self.corrects), ("retracts", &self.retracts)] {
            let Some(original) = original else { continue };
            reference::uri_reference(name, &original.source)?;
            if original.id.is_empty() || (original.source == self.source && original.id == self.id)
            {
                return Err(CloudEventError::attribute(
                    name,
                    "names no other event",
                    "write the source and id of the original as `source/id`",
                ));
            }
        }
        if self.corrects.is_some() && self.retracts.is_some() {
            return Err(CloudEventError::attribute(
                "retracts",
                "stands beside `corrects`",
                "keep one of the two: what did not happen cannot be corrected",
            ));
        }
        if let Some(media) = &self.datacontenttype
            && !is_json(media)
        {
            return Err(CloudEventError::attribute(
                "datacontenttype",
                "is not a kind of JSON",
                "send the data as application/json",
            ));
        }
        if self.data.as_ref().is_some_and(|data| depth(data) > DEEPEST) {
            return Err(CloudEventError::TooDeep);
        }
        Ok(self)
    }

    /// The earlier event that this one corrects or retracts.
    #[must_use]
    pub fn original(&self) -> Option<&Reference> {
        self.corrects.as_ref().or(self.retracts.as_ref())
    }

    /// The life event that `type` names: all of it, or its last dotted segment.
    ///
    /// # Errors
    /// [`CloudEventError`] when that is not a name.
    pub fn kind(&self) -> Result<LifeEventKind, CloudEventError> {
        let last = self.ty.rsplit('.').next().unwrap_or_default();
        LifeEventKind::new(last).map_err(|_| {
            CloudEventError::attribute(
                "type",
                "does not end with the name of a life event",
                "write it in lowercase letters, digits and _, as `birth` or `fr.parcours.birth`",
            )
        })
    }

    /// The event in structured mode: what goes into an `application/cloudevents+json` body.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut object = Map::new();
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                object.insert(name.to_owned(), Json::String(value));
            }
        };
        put("specversion", Some("1.0".to_owned()));
        put("id", Some(self.id.clone()));
        put("source", Some(self.source.clone()));
        put("type", Some(self.ty.clone()));
        put("subject", self.subject.clone());
        put("time", self.time.map(|time| time.to_string()));
        put("datacontenttype", self.datacontenttype.clone());
        put("corrects", self.corrects.as_ref().map(ToString::to_string));
        put("retracts", self.retracts.as_ref().map(ToString::to_string));
        for (name, value) in &self.extensions {
            put(name, Some(value.clone()));
        }
        if let Some(data) = &self.data {
            object.insert("data".to_owned(), data.clone());
        }
        Json::Object(object)
    }
}

/// What the attributes of an event are read into, by name, whatever the mode.
struct Attributes(BTreeMap<String, String>);

impl Attributes {
    fn required(&mut self, attribute: &'static str) -> Result<String, CloudEventError> {
        self.0
            .remove(attribute)
            .filter(|value| !value.is_empty())
            .ok_or(CloudEventError::Missing { attribute })
    }

    fn event(mut self, data: Option<Json>) -> Result<CloudEvent, CloudEventError> {
        let version = self.required("specversion")?;
        if version != "1.0" {
            return Err(CloudEventError::attribute(
                "specversion",
                "is not 1.0",
                "send CloudEvents 1.0",
            ));
        }
        let source = self.required("source")?;
        let time = self.0.remove("time").map(|text| time(&text)).transpose()?;
        let mut original = |name| {
            self.0
                .remove(name)
                .map(|text| Reference::read(name, &text, &source))
                .transpose()
        };
        Ok(CloudEvent {
            corrects: original("corrects")?,
            retracts: original("retracts")?,
            id: self.required("id")?,
            ty: self.required("type")?,
            source,
            time,
            subject: self.0.remove("subject"),
            datacontenttype: self.0.remove("datacontenttype"),
            data,
            extensions: self.0,
        })
    }
}

fn time(text: &str) -> Result<Instant, CloudEventError> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|time| Instant::from_micros(time.timestamp_micros()))
        .map_err(|_| {
            CloudEventError::attribute(
                "time",
                "is not a date and time with its offset",
                "write it as 2026-03-02T14:30:00Z",
            )
        })
}

fn well_formed(name: &str, value: &str) -> Result<(), CloudEventError> {
    if value.chars().count() > LONGEST_ATTRIBUTE {
        return Err(CloudEventError::attribute(
            name,
            "is too long",
            "keep it within 2048 characters; what is long belongs in the data",
        ));
    }
    if value.chars().any(char::is_control) {
        return Err(CloudEventError::attribute(
            name,
            "holds a control character",
            "remove it",
        ));
    }
    Ok(())
}

fn is_json(media: &str) -> bool {
    let media = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media == "application/json" || media == "text/json" || media.ends_with("+json")
}

fn json(bytes: &[u8], place: &'static str) -> Result<Json, CloudEventError> {
    if let Some(at) = crate::repeated_name(bytes) {
        return Err(CloudEventError::Repeated { place, at });
    }
    serde_json::from_slice(bytes).map_err(|error| CloudEventError::NotJson {
        place,
        line: error.line(),
        column: error.column(),
    })
}

fn depth(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Json::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => 0,
    }
}
