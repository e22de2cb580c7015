//! Binary mode: attributes in headers, data in the body.

use std::collections::BTreeMap;

use super::reference::percent_decoded;
use super::{Attributes, CloudEvent, CloudEventError, json};

/// `headers` by lowercase name.
pub(super) fn read(
    headers: &BTreeMap<String, &str>,
    content_type: &str,
    body: &[u8],
) -> Result<CloudEvent, CloudEventError> {
    let mut attributes = BTreeMap::new();
    for (header, value) in headers {
        let Some(name) = header.strip_prefix("ce-") else {
            continue;
        };
        let value = percent_decoded(value).ok_or_else(|| {
            CloudEventError::attribute(
                name,
                "is not percent-encoded UTF-8",
                "write a % of its own as %25",
            )
        })?;
        attributes.insert(name.to_owned(), value);
    }
    if attributes.is_empty() {
        return Err(CloudEventError::attribute(
            "specversion",
            "is neither in a header nor in the body",
            "send `content-type: application/cloudevents+json`, or the attributes in headers `ce-…`",
        ));
    }
    if !content_type.is_empty() {
        attributes.insert("datacontenttype".to_owned(), content_type.to_owned());
    }
    let data = match body {
        [] => None,
        body => Some(json(body, "the data")?),
    };
    Attributes(attributes).event(data)
}
