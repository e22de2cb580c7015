//! What keeps a service from answering, as an agent sees it and nobody else: in what words it failed, and every way out that the journey
//! would take. The people are invented.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use parcours_core::journey::{Answer, Step};
use parcours_core::name::ServiceId;
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId};
use parcours_http::{Credential, Credentials, Grant};
use serde_json::{Value as Json, json};

use crate::support::page::{checked, text};
use crate::support::{Answered, World};

const WORDS: &str = "erreur 0x80-51 : <base> des allocataires";

/// The CAF has been asked for child benefit, and answers so.
fn asked(answer: Answer) -> (World, JourneyId) {
    asked_by("2026-04-01T10:00:00", answer)
}

/// The same, as it is looked at then.
fn asked_by(now: &str, answer: Answer) -> (World, JourneyId) {
    let mut world = World::at(now);
    let agent = |name: &str, secret: &str, service: Option<&str>| {
        let person = PersonId::new(name).unwrap();
        let services = service.map(|service| [ServiceId::new(service).unwrap()].into());
        let grant = Grant::Agent { person, services };
        Credential::new(name, secret, grant)
    };
    world.credentials = Credentials::new([
        agent("agent-7", "s3cret", None),
        agent("clerk-1", "m41rie", Some("mairie")),
        agent("clerk-2", "c4f", Some("caf")),
        Credential::new("reader", "r34der", Grant::Reader),
    ]);
    let journey = world.desk.begin("birth", "twins");
    for child in [1, 2] {
        let data = Value::record([
            ("child", Value::Integer(child)),
            ("act_number", Value::text("2026-17")),
            ("registered_on", Value::Date("2026-04-01".parse().unwrap())),
        ]);
        world
            .desk
            .told(journey, "mairie.birth_registered", data, "2026-04-01");
    }
    world.desk.answered(journey, "child_benefit", answer);
    (world, journey)
}

fn unfit() -> Answer {
    Answer::Unfit {
        what: WORDS.to_owned(),
    }
}

fn failed() -> Answer {
    Answer::Failure {
        attempt: 1,
        what: WORDS.to_owned(),
    }
}

async fn sent(world: &World, method: &str, path: &str, secret: &str, body: &str) -> Answered {
    let media = if path.starts_with("/v1") {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    let basic = data_encoding::BASE64.encode(format!("agent:{secret}").as_bytes());
    let authorization = if path.starts_with("/v1") {
        format!("Bearer {secret}")
    } else {
        format!("Basic {basic}")
    };
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", media)
        .header("authorization", authorization);
    let body = Body::from(body.to_owned());
    world.send(request.body(body).unwrap()).await
}

async fn told(world: &World, journey: JourneyId, secret: &str) -> Json {
    let path = format!("/v1/journeys/{journey}");
    let answered = sent(world, "GET", &path, secret, "").await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text);
    serde_json::from_str(&answered.text).unwrap()
}

fn can(told: &Json, step: &str) -> Vec<String> {
    let steps = told["steps"].as_array().unwrap();
    let step = steps.iter().find(|each| each["step"] == step).unwrap();
    let can = step["can"].as_array().unwrap().iter();
    can.map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_agent_finds_every_way_out_of_an_answer_that_does_not_fit() {
    let (world, journey) = asked(unfit());
    let api = told(&world, journey, "s3cret").await;
    assert_eq!(
        can(&api, "child_benefit"),
        [
            "decline",
            "accept",
            "refuse",
            "retry",
            "ask_pieces",
            "have_pieces"
        ]
    );
    assert_eq!(
        api["hindrances"],
        json!([{
            "step": "child_benefit", "fact": null, "operation": "caf.open_child_benefit", "kind": "answer_unfit", "what": WORDS,
            "attempt": null, "again": null,
        }])
    );
    // An agent of another office neither decides nor passes on what people say about it. Readers do nothing.
    let clerk = told(&world, journey, "m41rie").await;
    assert_eq!(can(&clerk, "child_benefit"), [""; 0]);
    assert_eq!(clerk["hindrances"], json!([]), "not their office's");
    assert!(!clerk.to_string().contains("0x80-51"), "{clerk}");
    let caf = told(&world, journey, "c4f").await;
    assert_eq!(caf["hindrances"], api["hindrances"], "their own office's");
    let reader = told(&world, journey, "r34der").await;
    assert_eq!(can(&reader, "child_benefit"), [""; 0]);
    assert!(!reader.to_string().contains("0x80-51"), "{reader}");

    let page = format!("/agent/journeys/{journey}");
    let shown = sent(&world, "GET", &page, "s3cret", "").await;
    let card = shown.between("id=\"step-child_benefit\"", "</article>");
    for way in ["accept", "refuse", "retry", "ask_pieces"] {
        assert!(card.contains(&format!("value=\"{way}\"")), "{way}: {card}");
    }
    let seen = text(&checked(&shown.text, "fr"));
    for said in [
        "La réponse n’est pas celle que prévoit le contrat du service.",
        WORDS,
    ] {
        assert!(seen.contains(said), "{said} is not in: {seen}");
    }
    let theirs = sent(&world, "GET", &page, "c4f", "").await;
    assert!(theirs.text.contains("0x80-51"), "{}", theirs.text);
    let clerks = sent(&world, "GET", &page, "m41rie", "").await;
    assert!(!clerks.text.contains("0x80-51"), "{}", clerks.text);
    let card = clerks.between("id=\"step-child_benefit\"", "</article>");
    assert!(!card.contains("value=\"accept\""), "{card}");

    let token = shown.between("name=\"token\" value=\"", "\"").to_owned();
    let body = format!("token={token}&act=accept&motive=&on=2026-04-01");
    let step = format!("{page}/steps/child_benefit");
    let went = sent(&world, "POST", &step, "s3cret", &body).await;
    assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    let state = world.desk.state_of(journey, "child_benefit");
    assert!(matches!(state, Step::Settled { .. }), "{state:?}");
}

#[tokio::test]
async fn in_what_words_a_call_failed_is_for_agents_only() {
    let (world, journey) = asked(failed());
    let api = told(&world, journey, "s3cret").await;
    let hindrance = &api["hindrances"][0];
    assert_eq!(hindrance["kind"], "trying_again", "{hindrance}");
    assert_eq!(hindrance["what"], WORDS);
    assert_eq!(hindrance["attempt"], 2);
    assert_eq!(hindrance["again"], Json::Null, "it is being made");
    let shown = sent(
        &world,
        "GET",
        &format!("/agent/journeys/{journey}?lang=en"),
        "s3cret",
        "",
    )
    .await;
    let seen = text(&checked(&shown.text, "en"));
    assert!(
        seen.contains("Attempt 2 is under way") && seen.contains(WORDS),
        "{seen}"
    );

    let path = world.path(journey);
    for end in ["", "/print", "/history"] {
        let page = world.get(&format!("{path}{end}?lang=fr")).await;
        assert!(!page.text.contains("0x80-51"), "{end}: {}", page.text);
    }
    let token = world.link(journey, None).token().to_owned();
    let theirs = told(&world, journey, &token).await;
    assert!(theirs.get("hindrances").is_none(), "{theirs}");
    assert!(!theirs.to_string().contains("0x80-51"));
    assert_eq!(can(&theirs, "child_benefit"), ["decline"]);
}

#[tokio::test]
async fn a_journey_in_two_lists_is_written_down_once_and_one_without_initials_never() {
    let (world, journey) = asked_by("2026-04-20T10:00:00", unfit());
    let nameless = world.desk.begin_unnamed("birth", "one_child");
    let shown = sent(&world, "GET", "/agent?lang=en", "s3cret", "").await;
    let rows = checked(&shown.text, "en");
    let rows: Vec<&str> = rows
        .iter()
        .filter(|each| each.name == "tr" && each.inside.iter().any(|name| name == "tbody"))
        .map(|each| each.text.as_str())
        .collect();
    let of = |journey: JourneyId| {
        let code = journey.to_string();
        let code = format!("{}-{}", &code[..4], &code[4..8]);
        rows.iter().filter(|row| row.contains(&code)).count()
    };
    assert!(of(journey) > 1 && of(nameless) > 0, "{rows:#?}");
    let reads = world.ledger.reads().into_iter();
    let listed = reads.filter(|read| read.what == "list");
    let listed: Vec<_> = listed.map(|read| read.journey).collect();
    assert_eq!(listed, [journey], "{rows:#?}");
}
