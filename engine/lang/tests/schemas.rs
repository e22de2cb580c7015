//! The JSON Schemas that are checked in for editors are those of this program.

use std::path::Path;

use parcours_lang::{SCHEMAS, read_dir, schema};

#[test]
fn schemas_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/schemas");
    for kind in SCHEMAS {
        let path = folder.join(format!("{kind}.schema.json"));
        let current = schema(kind).expect("it is one");
        if std::env::var_os("PARCOURS_WRITE_SCHEMAS").is_some() {
            std::fs::create_dir_all(&folder).expect("it is one");
            std::fs::write(&path, &current).expect("it is one");
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == current,
            "{kind}: run this test once with PARCOURS_WRITE_SCHEMAS=1 and look at what changed"
        );
    }
    assert_eq!(schema("nothing"), None);
}

#[test]
fn schemas_are_json_schemas_and_accept_the_shipped_files() {
    let journeys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../journeys");
    for source in read_dir(&journeys).expect("it is one") {
        let kind = match source.path.split('/').next() {
            Some("services") => "service",
            Some("life-events") => "life_event",
            _ => "definition",
        };
        let schema = serde_json::from_str(&schema(kind).expect("it is one")).unwrap();
        let validator = jsonschema::draft202012::new(&schema).expect("it is one");
        let data: serde_json::Value = serde_saphyr::from_str(&source.text).expect("it is one");
        let problems: Vec<String> = validator
            .iter_errors(&data)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{}: {problems:#?}", source.path);
    }
}
