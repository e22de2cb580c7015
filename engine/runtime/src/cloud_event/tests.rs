use proptest::prelude::*;
use serde_json::json;

use super::*;

fn birth() -> Json {
    json!({
        "specversion": "1.0", "type": "fr.parcours.birth", "source": "//maternite.example", "id": "n/1",
        "time": "2026-03-02T14:30:00+01:00", "subject": "dossier 12", "data": { "born_on": "2026-03-02" },
    })
}

fn read(json: &Json) -> Result<CloudEvent, CloudEventError> {
    CloudEvent::structured(json.to_string().as_bytes())
}

fn with(name: &str, value: Json) -> Result<CloudEvent, CloudEventError> {
    let mut event = birth();
    event[name] = value;
    read(&event)
}

#[test]
fn both_modes_give_the_same_event() {
    let structured = with("datacontenttype", json!("application/json")).expect("good");
    let headers = [
        ("Ce-Specversion", "1.0"),
        ("ce-type", "fr.parcours.birth"),
        ("ce-source", "//maternite.example"),
        ("ce-id", "n/1"),
        ("ce-time", "2026-03-02T13:30:00Z"),
        ("ce-subject", "dossier%2012"),
        ("Content-Type", "application/json"),
        ("Host", "ignored.example"),
    ];
    let binary = CloudEvent::received(headers, br#"{"born_on":"2026-03-02"}"#).expect("good");
    assert_eq!(binary, structured);
    assert_eq!(binary.kind().expect("a kind").as_str(), "birth");
}

#[test]
fn what_is_written_reads_back() {
    let event = read(&birth())
        .expect("good")
        .correcting(Reference::new("//mairie.example/a", "é/2"));
    let json = event.to_json();
    assert_eq!(json["corrects"], "//mairie.example/a/%C3%A9%2F2");
    assert_eq!(read(&json), Ok(event));
}

#[test]
fn an_original_without_a_source_is_of_the_same_source() {
    let event = with("retracts", json!("n0")).expect("good");
    assert_eq!(
        event.retracts,
        Some(Reference::new("//maternite.example", "n0"))
    );
}

#[test]
fn each_error_names_the_attribute_and_the_remedy() {
    let cases = [
        (
            "id",
            json!(""),
            "attribute `id` is missing or empty: CloudEvents 1.0 requires it",
        ),
        (
            "specversion",
            json!("0.3"),
            "attribute `specversion` is not 1.0: send CloudEvents 1.0",
        ),
        (
            "source",
            json!("a b"),
            "attribute `source` is not a URI-reference",
        ),
        (
            "source",
            json!("mairie.>"),
            "attribute `source` is not a URI-reference",
        ),
        (
            "source",
            json!("urn:%zz"),
            "attribute `source` is not a URI-reference",
        ),
        (
            "time",
            json!("2026-03-02"),
            "attribute `time` is not a date and time with its offset",
        ),
        (
            "subject",
            json!("a\u{7}"),
            "attribute `subject` holds a control character",
        ),
        (
            "subject",
            json!({}),
            "attribute `subject` is not a text, a whole number, true or false",
        ),
        (
            "Extension",
            json!("x"),
            "attribute `…` is no name for an attribute",
        ),
        (
            "corrects",
            json!("n%2F1"),
            "attribute `corrects` names no other event",
        ),
        (
            "datacontenttype",
            json!("text/xml"),
            "attribute `datacontenttype` is not a kind of JSON",
        ),
        (
            "data_base64",
            json!("AAAA"),
            "attribute `data_base64` holds binary data",
        ),
    ];
    for (name, value, message) in cases {
        let error = with(name, value).expect_err(name).to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn a_wildcard_source_is_only_a_name() {
    assert!(with("source", json!("mairie.*")).is_ok());
}

#[test]
fn size_and_depth_are_bounded() {
    let large = vec![b' '; LARGEST + 1];
    assert_eq!(
        CloudEvent::structured(&large),
        Err(CloudEventError::too_large(&large))
    );
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    assert!(with("data", nested(DEEPEST)).is_ok());
    assert_eq!(
        with("data", nested(DEEPEST + 1)),
        Err(CloudEventError::TooDeep)
    );
    let bottomless = "[".repeat(100_000);
    assert!(CloudEvent::structured(bottomless.as_bytes()).is_err());
}

#[test]
fn a_batch_is_refused_with_the_way_out() {
    let headers = [("content-type", "application/cloudevents-batch+json")];
    assert_eq!(
        CloudEvent::received(headers, b"[]"),
        Err(CloudEventError::Batch)
    );
}

#[test]
fn an_event_is_not_shown() {
    let shown = format!("{:?}", with("corrects", json!("a/kX93zzQw")).expect("good"));
    assert_eq!(shown, r#"CloudEvent { type: "fr.parcours.birth", .. }"#);
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(body in prop::collection::vec(any::<u8>(), 0..200), header in "\\PC{0,40}") {
        let _ = CloudEvent::structured(&body);
        let headers = [("ce-id", header.as_str()), ("ce-specversion", "1.0"), ("ce-type", "birth"), ("ce-source", header.as_str())];
        let _ = CloudEvent::received(headers, &body);
    }

    #[test]
    fn any_reference_reads_back(id in "\\PC{1,20}") {
        let reference = Reference::new("urn:example:a/b", id);
        prop_assert_eq!(Reference::read("corrects", &reference.to_string(), "x"), Ok(reference));
    }
}
