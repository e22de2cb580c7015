//! Links: made for whose journey it is, revoked one by one or all at once. The people are invented.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use parcours_core::PersonId;
use parcours_core::journey::ActorKind;
use parcours_core::name::ServiceId;
use parcours_http::{Credential, Credentials, Grant, MemoryLedger};
use serde_json::{Value, json};

use super::api::{birth, link, publish, send, site, told};
use crate::support::World;
use crate::support::page::{checked, text};

const JSON: &str = "application/json";

/// A journey that has begun, by its id.
async fn begun(router: &axum::Router) -> String {
    let started = publish(router, &birth("1")).await;
    told(&started)["journeys"][0].as_str().unwrap().to_owned()
}

async fn revoke(router: &axum::Router, id: &str, who: &str, what: Value) -> StatusCode {
    let path = format!("/v1/journeys/{id}/links/revoked");
    let answer = send(router, "POST", &path, who, JSON, what.to_string()).await;
    answer.status
}

async fn opens(router: &axum::Router, path: &str) -> StatusCode {
    send(router, "GET", path, "", "", "").await.status
}

#[tokio::test]
async fn a_link_is_revoked_alone_or_with_all_others_and_those_made_afterwards_are_good() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let id = begun(&router).await;
    let links = format!("/v1/journeys/{id}/links");
    let mut made = Vec::new();
    for _ in 0..3 {
        let answer = send(&router, "POST", &links, "agent", JSON, r#"{"days":30}"#).await;
        made.push(told(&answer));
    }
    let path = |n: usize| made[n]["path"].as_str().unwrap().to_owned();
    assert!(path(0) != path(1), "no two links are alike");
    assert_eq!(
        revoke(&router, &id, "agent", json!({ "link": made[0]["link"] })).await,
        StatusCode::OK
    );
    assert_eq!(opens(&router, &path(0)).await, StatusCode::GONE);
    assert_eq!(opens(&router, &path(1)).await, StatusCode::OK);
    let said = send(&router, "GET", &format!("{}?lang=fr", path(0)), "", "", "").await;
    assert!(said.text.contains("Ce lien a été retiré"), "{}", said.text);

    // Said again, or by the link itself, it changes nothing more.
    for what in [made[0]["link"].clone(), json!(path(0))] {
        let again = revoke(&router, &id, "agent", json!({ "link": what })).await;
        assert_eq!(again, StatusCode::OK);
    }
    assert_eq!(
        revoke(&router, &id, "agent", json!({ "link": path(1) })).await,
        StatusCode::OK
    );
    assert_eq!(opens(&router, &path(1)).await, StatusCode::GONE);
    assert_eq!(opens(&router, &path(2)).await, StatusCode::OK);
    assert_eq!(
        revoke(&router, &id, "agent", json!({ "all": true })).await,
        StatusCode::OK
    );
    assert_eq!(opens(&router, &path(2)).await, StatusCode::GONE);

    // Over the API alike, and for forms.
    let token = path(2).rsplit('/').next().unwrap().to_owned();
    let journey = format!("/v1/journeys/{id}");
    let view = send(&router, "GET", &journey, &token, "", "").await;
    assert_eq!(view.status, StatusCode::GONE);
    assert!(view.text.contains("link-revoked"), "{}", view.text);
    let act = format!("{journey}/steps/checkup_8_days.child.0/acts");
    let acted = send(&router, "POST", &act, &token, JSON, r#"{"act":"done"}"#).await;
    assert_eq!(acted.status, StatusCode::GONE, "{}", acted.text);

    let after = link(&site, &id).await.path();
    assert_eq!(opens(&router, &after).await, StatusCode::OK);
    let history = send(
        &router,
        "GET",
        &format!("{after}/history?lang=en"),
        "",
        "",
        "",
    )
    .await;
    for said in [
        "A link that opened this journey was withdrawn",
        "All links that opened",
    ] {
        assert!(history.text.contains(said), "{}", history.text);
    }
    let history = send(
        &router,
        "GET",
        &format!("{journey}/history"),
        "agent",
        "",
        "",
    )
    .await;
    let revoked = history.text.matches("\"links_revoked\"").count();
    assert_eq!(revoked, 3, "{}", history.text);
}

#[tokio::test]
async fn only_agents_revoke_links_and_only_those_of_the_journey() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let id = begun(&router).await;
    let other = publish(&router, &birth("2")).await;
    let other = told(&other)["journeys"][0].as_str().unwrap().to_owned();
    let (mine, theirs) = (link(&site, &id).await, link(&site, &other).await);
    let all = json!({ "all": true });
    for (who, status) in [
        (mine.token(), StatusCode::FORBIDDEN),
        ("reader", StatusCode::FORBIDDEN),
        ("operator", StatusCode::FORBIDDEN),
        ("publisher", StatusCode::FORBIDDEN),
        ("tax-agent", StatusCode::FORBIDDEN),
        ("nobody", StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(
            revoke(&router, &id, who, all.clone()).await,
            status,
            "{who}"
        );
    }
    for (what, status) in [
        (json!({ "link": theirs.path() }), StatusCode::NOT_FOUND),
        (json!({ "link": "aaaaaaaaaaaaaaaa" }), StatusCode::NOT_FOUND),
        (json!({ "link": "" }), StatusCode::NOT_FOUND),
        (json!({ "all": false }), StatusCode::BAD_REQUEST),
        (json!({ "all": true, "link": "x" }), StatusCode::BAD_REQUEST),
        (json!({}), StatusCode::BAD_REQUEST),
    ] {
        let answer = revoke(&router, &id, "agent", what.clone()).await;
        assert_eq!(answer, status, "{what}");
    }
    assert_eq!(opens(&router, &mine.path()).await, StatusCode::OK);
    assert_eq!(opens(&router, &theirs.path()).await, StatusCode::OK);
}

#[tokio::test]
async fn once_a_correction_put_somebody_else_in_its_place_a_new_link_is_for_them() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let id = begun(&router).await;
    let before = link(&site, &id).await;
    let correct = async |number: &str, person: &str| {
        let mut event = birth(number);
        event["corrects"] = json!("https://maternity.example/lyon/1");
        event["data"]["parents"][0]["id"] = json!(person);
        let answer = publish(&router, &event).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    };
    correct("2", "p-berthe").await;
    assert_eq!(opens(&router, &before.path()).await, StatusCode::GONE);
    let links = format!("/v1/journeys/{id}/links");
    let made = send(&router, "POST", &links, "agent", JSON, r#"{"days":30}"#).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let after = told(&made)["path"].as_str().unwrap().to_owned();
    assert_eq!(opens(&router, &after).await, StatusCode::OK);
    let paper = format!("/agent/journeys/{id}/print");
    let paper = send(&router, "GET", &paper, "agent", "", "").await;
    let address = paper.between("class=\"address\">", "<").trim().to_owned();
    assert_eq!(opens(&router, &address).await, StatusCode::OK, "{address}");

    // What the new holder says is theirs to say, and is written down as theirs.
    let token = after.rsplit('/').next().unwrap();
    let fact = format!("/v1/journeys/{id}/facts/first_common_child");
    let said = send(&router, "POST", &fact, token, JSON, r#"{"value":true}"#).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text);
    let id_ = id.parse().unwrap();
    let history = site.desk.history(id_, parcours_log::Position::START).await;
    let last = history.unwrap().pop().unwrap();
    let berthe = "p-berthe".parse().unwrap();
    assert!(last.actor.kind == ActorKind::Citizen(berthe));

    // Corrected back, each link is again good for the one it was made for.
    correct("3", "p-claire").await;
    assert_eq!(opens(&router, &before.path()).await, StatusCode::OK);
    assert_eq!(opens(&router, &after).await, StatusCode::GONE);
}

#[tokio::test]
async fn an_agent_withdraws_links_on_the_page_of_the_journey() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let (lost, kept) = (world.path(journey), world.path(journey));
    let page = format!("/agent/journeys/{journey}");
    let action = format!("{page}/links");
    let shown = world.get(&format!("{page}?lang=fr")).await;
    let shown = text(&checked(&shown.text, "fr"));
    assert!(shown.contains("Retirer ce lien"), "{shown}");
    let theirs = text(&checked(&world.get(&kept).await.text, "fr"));
    assert!(!theirs.contains("Retirer"), "{theirs}");

    let wrong = [("which", "one"), ("link", "https://parcours.example/j/x/y")];
    let wrong = world.submit(&page, &action, &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let address = format!("https://parcours.example{lost}");
    let one = [("which", "one"), ("link", address.as_str())];
    let one = world.submit(&page, &action, &one).await;
    assert_eq!(one.status, StatusCode::SEE_OTHER, "{}", one.text);
    assert!(
        one.headers[LOCATION]
            .to_str()
            .unwrap()
            .ends_with("&noted=links")
    );
    assert_eq!(world.get(&lost).await.status, StatusCode::GONE);
    assert_eq!(world.get(&kept).await.status, StatusCode::OK);
    let all = world.submit(&page, &action, &[("which", "all")]).await;
    assert_eq!(all.status, StatusCode::SEE_OTHER, "{}", all.text);
    assert_eq!(world.get(&kept).await.status, StatusCode::GONE);
    assert_eq!(world.get(&world.path(journey)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_two_things_said_at_once_under_one_key_one_is_taken() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let id = begun(&router).await;
    let token = link(&site, &id).await.token().to_owned();
    let act = |body: &'static str| {
        let path = format!("/v1/journeys/{id}/steps/checkup_8_days.child.0/acts");
        let request = axum::http::Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", JSON)
            .header("idempotency-key", "6f1a")
            .body(axum::body::Body::from(body))
            .unwrap();
        tower::ServiceExt::oneshot(router.clone(), request)
    };
    let (one, other) = tokio::join!(
        act(r#"{"act":"done"}"#),
        act(r#"{"act":"done","on":"2026-03-03"}"#)
    );
    let mut statuses = [one.unwrap().status(), other.unwrap().status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY]);
}

/// A credential of an agent of the town hall only.
fn town_hall(token: &str) -> Credential {
    let grant = Grant::Agent {
        person: PersonId::new("agent-9").unwrap(),
        services: Some([ServiceId::new("mairie").unwrap()].into()),
    };
    Credential::new(token, token, grant)
}

#[tokio::test]
async fn whoever_may_not_make_links_is_handed_none_in_any_way() {
    let mut site = site().await;
    site.address = Some("https://parcours.example".to_owned());
    let agent = Grant::agent(PersonId::new("agent-7").unwrap());
    let sources = vec!["https://maternity.example/".to_owned()];
    site.credentials = Credentials::new([
        Credential::new("maternity", "publisher", Grant::Publisher { sources }),
        Credential::new("everything", "everything", agent.clone()),
        Credential::new("no links", "no links", agent).making_links(false),
        town_hall("limited"),
        town_hall("front desk").making_links(true),
    ]);
    let router = parcours_http::router(site.clone());
    let id = begun(&router).await;
    let (api, page) = (
        format!("/v1/journeys/{id}/links"),
        format!("/agent/journeys/{id}"),
    );
    for (who, may) in [
        ("everything", true),
        ("no links", false),
        ("limited", false),
        ("front desk", true),
    ] {
        let made = send(&router, "POST", &api, who, JSON, r#"{"days":7}"#).await;
        assert_eq!(
            made.status == StatusCode::CREATED,
            may,
            "{who}: {}",
            made.text
        );
        let sheet = format!("{page}/print?lang=fr");
        let sheet = send(&router, "GET", &sheet, who, "", "").await;
        assert_eq!(sheet.status, StatusCode::OK, "{who}");
        assert_eq!(sheet.text.contains("/j/"), may, "{who}: {}", sheet.text);
        assert_eq!(sheet.text.contains("class=\"qr\""), may, "{who}");
        checked(&sheet.text, "fr");
        let shown = send(&router, "GET", &format!("{page}?lang=fr"), who, "", "").await;
        let form = format!("action=\"{page}/links");
        assert_eq!(shown.text.contains(&form), may, "{who}");
        checked(&shown.text, "fr");
        let token = shown.between("name=\"token\" value=\"", "\"").to_owned();
        let body = format!("token={token}&which=all");
        let form = "application/x-www-form-urlencoded";
        let gone = send(&router, "POST", &format!("{page}/links"), who, form, body).await;
        assert_eq!(
            gone.status == StatusCode::SEE_OTHER,
            may,
            "{who}: {}",
            gone.text
        );
    }
}

#[tokio::test]
async fn the_ledger_says_who_had_which_link_made_and_which_was_followed() {
    let mut site = site().await;
    let ledger = Arc::new(MemoryLedger::default());
    site.ledger = ledger.clone();
    let router = parcours_http::router(site);
    let id = begun(&router).await;
    let links = format!("/v1/journeys/{id}/links");
    let mut made = Vec::new();
    for _ in 0..2 {
        let answer = send(&router, "POST", &links, "agent", JSON, r#"{"days":30}"#).await;
        made.push(told(&answer));
    }
    let name = |n: usize| made[n]["link"].as_str().map(str::to_owned);
    let path = made[1]["path"].as_str().unwrap();
    let token = path.rsplit('/').next().unwrap();
    opens(&router, path).await;
    let journey = format!("/v1/journeys/{id}");
    send(&router, "GET", &journey, token, "", "").await;
    let act = format!("{journey}/steps/checkup_8_days.child.0/acts");
    send(&router, "POST", &act, token, JSON, r#"{"act":"done"}"#).await;
    let sheet = format!("/agent/journeys/{id}/print");
    let sheet = send(&router, "GET", &sheet, "agent", "", "").await;
    let printed = sheet.between("<p class=\"address\">", "</p>");
    assert!(printed.starts_with("/j/"), "{printed}");

    let reads = ledger.reads();
    let all: Vec<_> = reads
        .iter()
        .map(|read| (read.what, &*read.who, read.link.clone()))
        .collect();
    assert_eq!(
        all[..all.len() - 1],
        [
            ("link", "desk", None),
            ("new link", "desk", name(0)),
            ("link", "desk", None),
            ("new link", "desk", name(1)),
            ("page", "holder", name(1)),
            ("view", "holder", name(1)),
            ("act", "holder", name(1)),
            ("leaflet", "desk", None),
        ]
    );
    let (what, who, third) = all.last().unwrap();
    assert_eq!((*what, *who), ("new link", "desk"));
    assert!(third.is_some() && *third != name(0) && *third != name(1));
    let words = format!("{reads:?}");
    assert!(!words.contains(token), "a ledger opens nothing");
}
