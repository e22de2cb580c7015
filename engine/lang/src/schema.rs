//! JSON Schemas of the three kinds of file, for editors that complete and check while one writes.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

use crate::raw::{RawDefinition, RawLifeEvent, RawService};
use crate::read::Read;

/// The kinds of file that have a schema: `definition`, `service`, `life_event`.
pub const SCHEMAS: &[&str] = &["definition", "service", "life_event"];

/// The JSON Schema (2020-12) of a kind of file; `None` when there is no such kind. Ready to be checked in: always the same text
/// for the same program, with a newline at its end.
#[must_use]
pub fn schema(kind: &str) -> Option<String> {
    let text = match kind {
        "definition" => of::<RawDefinition>("A journey under the law of one period"),
        "service" => of::<RawService>("A public body's system"),
        "life_event" => of::<RawLifeEvent>("A type of life event"),
        _ => return None,
    };
    Some(text)
}

fn of<T: Read>(title: &str) -> String {
    let mut generator = SchemaGenerator::new(SchemaSettings::draft2020_12());
    let root = T::schema(&mut generator);
    let mut document = serde_json::Map::new();
    document.insert(
        "$schema".to_owned(),
        "https://json-schema.org/draft/2020-12/schema".into(),
    );
    document.insert("title".to_owned(), title.into());
    if let Some(root) = root.as_object() {
        document.extend(root.clone());
    }
    document.insert("$defs".to_owned(), generator.take_definitions(true).into());
    let mut text = serde_json::to_string_pretty(&document).expect("a JSON document can be written");
    text.push('\n');
    text
}
