//! Life events of every type that is shipped, with something to look for in every text that its schema leaves free.

use std::path::Path;

use parcours_lang::{Loaded, life_event, load, read_dir};
use serde_json::{Map, Value, json};

use super::Canaries;
use crate::root;

/// A day so long ago that terms have passed, under laws that are shipped.
pub(super) const DAY: &str = "2024-03-01";

pub(super) fn shipped() -> Loaded {
    let sources = read_dir(Path::new(&root().join("journeys"))).expect("the journeys are there");
    let (loaded, problems) = load(&sources);
    loaded.unwrap_or_else(|| panic!("{problems:?}"))
}

impl Canaries {
    /// An event of each type, with one in every text that is free.
    pub(super) fn of_each_type(&mut self, law: &Loaded, what: &str) -> Vec<Value> {
        let kinds = law.catalog.life_events();
        let events = kinds.map(|kind| {
            let schema = law.contract(&kind.kind).expect("its contract").schema();
            // What is no free text is as in the example that says most.
            let examples = kind
                .examples
                .iter()
                .map(|one| life_event::to_json(&one.data));
            let example = examples.max_by_key(|data| data.to_string().len());
            let example = example.expect("an example");
            let place = format!("{} {what}", kind.kind);
            let data = self.filled(schema, Some(&example), &place);
            json!({
                "specversion": "1.0",
                "type": kind.kind.as_str(),
                "source": format!("urn:example:{}", self.put(&format!("{place} source"))),
                "id": self.put(&format!("{place} event")),
                "subject": self.put(&format!("{place} subject")),
                "data": data,
            })
        });
        events.collect()
    }

    /// Data by this schema, with every property there may be.
    fn filled(&mut self, schema: &Value, example: Option<&Value>, place: &str) -> Value {
        let ty = schema["type"].as_str().expect("one type");
        match ty {
            "object" => {
                let fields = schema["properties"].as_object().expect("its properties");
                let fields = fields.iter().map(|(name, field)| {
                    let example = example.and_then(|example| example.get(name));
                    let value = self.filled(field, example, &format!("{place} {name}"));
                    (name.clone(), value)
                });
                Value::Object(fields.collect::<Map<_, _>>())
            }
            "array" => {
                let most = schema["maxItems"].as_u64().unwrap_or(2).min(2);
                let items = (0..most).map(|number| {
                    let index = usize::try_from(number).expect("few");
                    let like = example.and_then(|example| example.get(index).or(example.get(0)));
                    let place = format!("{place} {number}");
                    let mut item = self.filled(&schema["items"], like, &place);
                    if let Some(rank) = item.get_mut("rank") {
                        *rank = json!(number + 1);
                    }
                    item
                });
                Value::Array(items.collect())
            }
            "string" if schema.get("format").is_some() => {
                assert_eq!(schema["format"], "date", "{place}: how is it filled?");
                let long_ago = example.filter(|day| day.as_str().is_some_and(|day| day < DAY));
                long_ago.cloned().unwrap_or_else(|| json!(DAY))
            }
            "string" if schema.get("enum").is_some() => {
                example.unwrap_or(&schema["enum"][0]).clone()
            }
            // Codes of communes.
            "string"
                if schema["pattern"]
                    .as_str()
                    .is_some_and(|it| it.ends_with("[0-9]{3}$")) =>
            {
                example.cloned().unwrap_or_else(|| json!("67482"))
            }
            "string" => self.put(place).into(),
            "boolean" => example.cloned().unwrap_or(Value::Bool(true)),
            "integer" => example.unwrap_or(&schema["minimum"]).clone(),
            other => panic!("{place}: how is {other} filled?"),
        }
    }

    /// Everybody in the events that were filled.
    pub(super) fn people(&self) -> Vec<String> {
        let ids = self.0.iter().filter(|(place, _)| place.ends_with(" id"));
        ids.map(|(_, id)| id.clone()).collect()
    }
}
