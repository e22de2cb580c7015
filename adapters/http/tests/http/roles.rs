//! Who may do what, over the API: one role, one thing. The people are invented.

use axum::http::StatusCode;
use serde_json::json;

use super::api::{birth, link, publish, send, site, told};

#[tokio::test]
async fn each_role_opens_its_own_doors_only() {
    let router = parcours_http::router(site().await);
    let started = publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let journey = format!("/v1/journeys/{id}");
    let act = format!("{journey}/steps/declare_birth.child.0/acts");
    let fact = format!("{journey}/facts/first_common_child");
    let receipt = "/v1/receipts?source=https%3A%2F%2Fmaternity.example%2Flyon&id=1";
    let (done, accept) = (json!({ "act": "done" }), json!({ "act": "accept" }));
    let (yes, link) = (json!({ "value": true }), json!({ "days": 30 }));
    let links = format!("{journey}/links");
    let (revoked, all) = (format!("{links}/revoked"), json!({ "all": true }));
    for (method, path, body, who, expected) in [
        ("GET", journey.as_str(), None, "reader", "200"),
        ("POST", &act, Some(&done), "reader", "only-reads"),
        ("POST", &fact, Some(&yes), "reader", "only-reads"),
        ("POST", &links, Some(&link), "reader", "only-reads"),
        ("GET", "/metrics", None, "reader", "not-an-operator"),
        ("GET", &journey, None, "operator", "not-for-you"),
        ("GET", "/metrics", None, "operator", "200"),
        ("GET", "/v1/incidents", None, "operator", "200"),
        ("GET", "/v1/incidents", None, "agent", "not-an-operator"),
        ("GET", receipt, None, "operator", "200"),
        ("GET", receipt, None, "publisher", "200"),
        ("GET", receipt, None, "agent", "not-your-source"),
        ("GET", &journey, None, "publisher", "not-for-you"),
        ("POST", &links, Some(&link), "publisher", "not-for-you"),
        (
            "POST",
            &links,
            Some(&link),
            "mairie-agent",
            "makes-no-links",
        ),
        (
            "POST",
            &revoked,
            Some(&all),
            "mairie-agent",
            "makes-no-links",
        ),
        ("GET", &journey, None, "service", "not-for-you"),
        ("GET", &journey, None, "tax-agent", "not-your-office"),
        ("POST", &act, Some(&done), "tax-agent", "not-your-office"),
        ("GET", &journey, None, "mairie-agent", "200"),
        (
            "POST",
            &format!("{journey}/steps/base_allowance.child.0/acts"),
            Some(&accept),
            "mairie-agent",
            "not-your-office",
        ),
        // Nobody but the office can say that its own work is done.
        (
            "POST",
            &format!("{journey}/steps/base_allowance.child.0/acts"),
            Some(&done),
            "mairie-agent",
            "not-your-office",
        ),
        ("POST", &act, Some(&accept), "mairie-agent", "200"),
        ("GET", &journey, None, "nobody", "no-credential"),
    ] {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let answer = send(&router, method, path, who, "application/json", body).await;
        let problem = answer
            .text
            .contains(&format!("urn:parcours:problem:{expected}\""));
        let as_expected = answer.status.as_str() == expected || problem;
        assert!(
            as_expected,
            "{who} {method} {path}: {} {}",
            answer.status, answer.text
        );
    }
}

#[tokio::test]
async fn an_agent_has_a_link_made_that_ends() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let started = publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let links = format!("/v1/journeys/{id}/links");
    let media = "application/json";
    let made = send(&router, "POST", &links, "agent", media, r#"{"days":30}"#).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(told(&made)["until"], "2026-04-03");
    let path = told(&made)["path"].as_str().unwrap().to_owned();
    let (_, signature) = path.rsplit_once('/').unwrap();
    let id = id.parse().unwrap();
    let on = |day: &str| site.links.verify(id, signature, day.parse().unwrap());
    assert!(on("2026-04-03").is_ok() && on("2026-04-04").is_err());
    let page = send(&router, "GET", &path, "", "", "").await;
    assert_eq!(page.status, StatusCode::OK);
    for wrong in [
        r#"{"days":0}"#,
        r#"{"days":1101}"#,
        r#"{"days":-1}"#,
        "{}",
        "",
    ] {
        let answer = send(&router, "POST", &links, "agent", media, wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let mine = send(&router, "POST", &links, signature, media, r#"{"days":30}"#).await;
    assert_eq!(
        mine.status,
        StatusCode::FORBIDDEN,
        "a holder makes no links"
    );
}

#[tokio::test]
async fn an_operator_finds_what_was_rejected_and_whose_it_is() {
    let router = parcours_http::router(site().await);
    let mut wrong = birth("bad");
    wrong["data"]["born_on"] = json!("2026-02-30");
    let rejected = publish(&router, &wrong).await;
    assert_eq!(rejected.status, StatusCode::UNPROCESSABLE_ENTITY);

    let incidents = send(&router, "GET", "/v1/incidents", "operator", "", "").await;
    let incidents = told(&incidents);
    assert_eq!(incidents["incidents"][0]["kind"], "rejected", "{incidents}");
    assert_eq!(incidents["incidents"][0]["owner"], "publisher");
    assert!(!incidents.to_string().contains("Claire"));

    let name = "source=https%3A%2F%2Fmaternity.example%2Flyon&id=bad";
    let kept = send(
        &router,
        "GET",
        &format!("/v1/receipts?{name}"),
        "operator",
        "",
        "",
    )
    .await;
    assert_eq!(told(&kept)["receipt"], "rejected");
    assert!(
        told(&kept)["errors"][0]
            .as_str()
            .unwrap()
            .contains("born_on")
    );

    let letter = send(
        &router,
        "GET",
        &format!("/v1/rejected?{name}"),
        "operator",
        "",
        "",
    )
    .await;
    assert_eq!(letter.status, StatusCode::OK, "{}", letter.text);
    assert!(letter.text.contains("2026-02-30") && letter.text.contains("Claire"));
    assert_eq!(letter.header("content-type"), "application/octet-stream");
    // As its incident names it, which is how an operator finds it.
    let incident = &incidents["incidents"][0];
    let (published, at) = (&incident["published"], &incident["at"]);
    let [published, at] = [published, at].map(|name| name.as_str().expect("a name").to_owned());
    for path in [
        format!("/v1/rejected?published={published}"),
        format!("/v1/rejected?published={published}&at={at}"),
    ] {
        let found = send(&router, "GET", &path, "operator", "", "").await;
        assert_eq!(
            (found.status, found.text),
            (StatusCode::OK, letter.text.clone()),
            "{path}"
        );
    }
    let nowhere = format!("/v1/rejected?published={published}&at=0000000000000001.00000000");
    for (path, status) in [
        (&*nowhere, StatusCode::NOT_FOUND),
        ("/v1/rejected?published=zz", StatusCode::BAD_REQUEST),
        ("/v1/rejected?source=x", StatusCode::BAD_REQUEST),
        ("/v1/rejected", StatusCode::BAD_REQUEST),
    ] {
        let refused = send(&router, "GET", path, "operator", "", "").await;
        assert_eq!(refused.status, status, "{path}: {}", refused.text);
    }
    let other = "/v1/rejected?source=https%3A%2F%2Fmaternity.example%2Flyon&id=other";
    let none = send(&router, "GET", other, "operator", "", "").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let theirs = send(
        &router,
        "GET",
        &format!("/v1/rejected?{name}"),
        "publisher",
        "",
        "",
    )
    .await;
    assert_eq!(theirs.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn incidents_are_told_a_page_at_a_time_and_none_twice() {
    let router = parcours_http::router(site().await);
    for id in ["bad-1", "bad-2", "bad-3"] {
        let mut wrong = birth(id);
        wrong["data"]["born_on"] = json!("2026-02-30");
        publish(&router, &wrong).await;
    }
    let (mut seen, mut path) = (Vec::new(), "/v1/incidents?most=2".to_owned());
    let mut pages = 0;
    loop {
        pages += 1;
        let page = send(&router, "GET", &path, "operator", "", "").await;
        let page = told(&page);
        let incidents = page["incidents"].as_array().expect("a list");
        seen.extend(incidents.iter().map(|one| one["published"].to_string()));
        match page["next"].as_str() {
            Some(next) => path = format!("/v1/incidents?most=2&after={next}"),
            None => break,
        }
    }
    assert_eq!(pages, 2);
    let names: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), names.len()), (3, 3), "{seen:?}");
    for wrong in [
        "most=0",
        "most=1001",
        "most=x",
        "after=nowhere",
        "after=receipt.1",
    ] {
        let path = format!("/v1/incidents?{wrong}");
        let refused = send(&router, "GET", &path, "operator", "", "").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn two_messages_that_are_too_large_are_two_incidents_though_they_are_as_large() {
    let router = parcours_http::router(site().await);
    let media = "application/cloudevents+json";
    for (letter, times) in [("a", 2), ("b", 1)] {
        for _ in 0..times {
            let large = letter.repeat(2 << 20);
            let refused = send(
                &router,
                "POST",
                "/v1/life-events",
                "publisher",
                media,
                large,
            )
            .await;
            assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        }
    }
    let incidents = send(&router, "GET", "/v1/incidents", "operator", "", "").await;
    let incidents = told(&incidents)["incidents"].clone();
    assert_eq!(incidents.as_array().map(Vec::len), Some(2), "{incidents}");
}

#[tokio::test]
async fn facts_are_told_by_whom_the_journey_asks_and_the_law_by_nobody() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let started = publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let journey = format!("/v1/journeys/{id}");
    let link = link(&site, &id).await.token().to_owned();
    let due = async || {
        let view = told(&send(&router, "GET", &journey, "agent", "", "").await);
        let steps = view["steps"].as_array().unwrap().clone();
        let step = steps
            .into_iter()
            .find(|step| step["step"] == "declare_birth.child.0");
        step.unwrap()["due"]["date"].clone()
    };
    let before = due().await;
    let law = "not-yours-to-tell";
    for (fact, value, who, expected) in [
        ("declaration_days", json!(100), link.as_str(), law),
        ("declaration_days", json!(100), "agent", law),
        ("declaration_days", json!(100), "mairie-agent", law),
        ("dependent_children", json!(9), &link, law),
        ("older_children", json!(3), &link, law),
        ("older_children", json!(-5), "agent", "wrong-type"),
        ("first_common_child", json!(true), "mairie-agent", "200"),
        ("first_common_child", json!(true), &link, "200"),
    ] {
        let path = format!("{journey}/facts/{fact}");
        let body = json!({ "value": value }).to_string();
        let answer = send(&router, "POST", &path, who, "application/json", body).await;
        let problem = answer
            .text
            .contains(&format!("urn:parcours:problem:{expected}\""));
        let as_expected = answer.status.as_str() == expected || problem;
        assert!(
            as_expected,
            "{who} {fact}: {} {}",
            answer.status, answer.text
        );
    }
    assert_eq!(due().await, before, "the deadline is where the law puts it");
}

#[tokio::test]
async fn nobody_corrects_or_takes_back_what_another_published() {
    let mut site = site().await;
    let publisher = |name: &str, token: &str, source: &str| {
        let sources = vec![source.to_owned()];
        parcours_http::Credential::new(name, token, parcours_http::Grant::Publisher { sources })
    };
    site.credentials = parcours_http::Credentials::new([
        publisher("maternity", "publisher", "https://maternity.example/"),
        publisher("other", "other", "https://other.example"),
    ]);
    let router = parcours_http::router(site);
    assert_eq!(
        publish(&router, &birth("1")).await.status,
        StatusCode::CREATED
    );
    let original = "https://maternity.example/lyon/1";
    let amending = |id: &str, source: &str, how: &str| {
        let mut event = birth(id);
        event["source"] = json!(source);
        event[how] = json!(original);
        event.to_string()
    };
    let media = "application/cloudevents+json";
    for how in ["corrects", "retracts"] {
        for (who, source, expected) in [
            ("other", "https://other.example", StatusCode::FORBIDDEN),
            (
                "publisher",
                "https://maternity.example/nantes",
                StatusCode::OK,
            ),
        ] {
            let body = amending(&format!("{how}-{who}"), source, how);
            let answer = send(&router, "POST", "/v1/life-events", who, media, body).await;
            assert_eq!(answer.status, expected, "{who} {how}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_link_opens_nothing_once_its_person_is_not_in_the_journey() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let started = publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let page = link(&site, &id).await.path();
    let link = page.rsplit('/').next().unwrap();
    let correct = async |number: &str, person: &str| {
        let mut event = birth(number);
        event["corrects"] = json!("https://maternity.example/lyon/1");
        event["data"]["parents"][0]["id"] = json!(person);
        let answer = publish(&router, &event).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    };
    let opens = async || {
        let mut found = Vec::new();
        for below in ["", "/print", "/calendar.ics", "/history"] {
            let path = format!("{page}{below}");
            found.push(send(&router, "GET", &path, "", "", "").await.status);
        }
        for below in ["", "/history", "/steps/declare_birth.child.0/because"] {
            let path = format!("/v1/journeys/{id}{below}");
            found.push(send(&router, "GET", &path, link, "", "").await.status);
        }
        let act = format!("/v1/journeys/{id}/steps/checkup_8_days.child.0/acts");
        let body = r#"{"act":"done"}"#;
        let acted = send(&router, "POST", &act, link, "application/json", body).await;
        found.push(acted.status);
        found.dedup();
        found
    };
    assert_eq!(opens().await, [StatusCode::OK]);
    correct("2", "p-berthe").await;
    assert_eq!(opens().await, [StatusCode::GONE]);
    let told_why = send(&router, "GET", &format!("{page}?lang=fr"), "", "", "").await;
    assert!(
        told_why.text.contains("n’est plus le vôtre"),
        "{}",
        told_why.text
    );
    correct("3", "p-claire").await;
    assert_eq!(opens().await, [StatusCode::OK]);
}

#[tokio::test]
async fn one_name_twice_in_a_body_is_pointed_at_and_taken_by_nobody() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let twice = birth("1")
        .to_string()
        .replace("\"rank\":1", "\"rank\":1,\"rank\":2");
    let media = "application/cloudevents+json";
    let answer = send(
        &router,
        "POST",
        "/v1/life-events",
        "publisher",
        media,
        twice,
    )
    .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    assert!(
        answer.text.contains("at line 1, column ") && !answer.text.contains("rank"),
        "{}",
        answer.text
    );
    let started = publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let fact = format!("/v1/journeys/{id}/facts/first_common_child");
    let call = format!("{id}/step:child_benefit/1");
    let reply = format!(r#"{{"call":"{call}","reply":{{"a":1,"a":2}}}}"#);
    for (path, who, body, place) in [
        (
            fact.as_str(),
            "agent",
            r#"{"value":true,"value":false}"#,
            "line 1, column 21",
        ),
        // A name that somebody made up is not repeated.
        (
            fact.as_str(),
            "agent",
            "{\"value\":\n{\"Camille\":1,\"Camille\":2}}",
            "line 2, column 22",
        ),
        ("/v1/answers", "service", reply.as_str(), "line 1, column "),
    ] {
        let answer = send(
            &router,
            "POST",
            path,
            who,
            "application/json",
            body.to_owned(),
        )
        .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
        for said in [place, ": this name is there twice"] {
            assert!(answer.text.contains(said), "{}", answer.text);
        }
        assert!(!answer.text.contains("Camille"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_key_that_named_one_thing_names_no_other() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let started = publish(&router, &birth("1")).await;
    let id = told(&started)["journeys"][0].as_str().unwrap().to_owned();
    let fact = async |fact: &str, value: serde_json::Value| {
        let request = axum::http::Request::builder()
            .method("POST")
            .uri(format!("/v1/journeys/{id}/facts/{fact}"))
            .header("authorization", "Bearer agent")
            .header("content-type", "application/json")
            .header("idempotency-key", "k-1")
            .body(axum::body::Body::from(
                json!({ "value": value }).to_string(),
            ))
            .unwrap();
        let answer = tower::ServiceExt::oneshot(router.clone(), request).await;
        crate::support::Answered::of(answer.unwrap()).await
    };
    for _ in 0..2 {
        let answer = fact("first_common_child", json!(true)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    for (other, value) in [
        ("first_common_child", json!(false)),
        ("older_children", json!(2)),
    ] {
        let answer = fact(other, value).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            answer.text
        );
        assert!(
            answer.text.contains("idempotency-key-reused"),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn journeys_are_looked_up_by_the_beginning_of_their_code() {
    let site = site().await;
    let router = parcours_http::router(site.clone());
    let mut ids = std::collections::BTreeSet::new();
    for number in 0..12 {
        let mut event = birth(&number.to_string());
        event["data"]["parents"][0]["id"] = json!(format!("p-{number}"));
        let started = publish(&router, &event).await;
        ids.insert(told(&started)["journeys"][0].as_str().unwrap().to_owned());
    }
    for id in &ids {
        for length in [6, 8, 25, 26] {
            let found = site.desk.beginning(&id[..length], 5).await.unwrap();
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            let begins = ids.iter().filter(|other| other[..length] == id[..length]);
            assert_eq!(
                found,
                begins.cloned().collect::<Vec<_>>(),
                "{length} of {id}"
            );
        }
    }
    let all = site.desk.beginning("aa", 50).await.unwrap();
    assert_eq!(all.len(), 12, "partitions are few: all codes begin so");
    for none in ["zz", "0", "a".repeat(27).as_str()] {
        assert_eq!(site.desk.beginning(none, 5).await, Ok(Vec::new()), "{none}");
    }
}

#[tokio::test]
async fn a_publisher_that_speaks_for_somebody_else_is_an_incident() {
    let router = parcours_http::router(site().await);
    publish(&router, &birth("1")).await;
    let mut foreign = birth("2");
    foreign["source"] = json!("https://town-hall.example/");
    let mut taken = birth("3");
    taken["corrects"] = json!("https://town-hall.example/1");
    for event in [&foreign, &taken, &foreign] {
        let refused = publish(&router, event).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    }
    // Nobody who publishes nothing fills the list.
    let body = foreign.to_string();
    let media = "application/cloudevents+json";
    let agent = send(&router, "POST", "/v1/life-events", "agent", media, body).await;
    assert_eq!(agent.status, StatusCode::FORBIDDEN);

    let listed = send(&router, "GET", "/v1/incidents", "operator", "", "").await;
    let listed = told(&listed);
    let incidents = listed["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 2, "{listed}");
    for incident in incidents {
        let what = incident["what"].as_str().unwrap();
        assert!(
            what.contains("publisher `maternity`, over HTTP: "),
            "{what}"
        );
        assert_eq!(
            (&incident["kind"], &incident["owner"]),
            (&json!("rejected"), &json!("publisher"))
        );
        let (published, at) = (
            incident["published"].as_str().unwrap(),
            incident["at"].as_str().unwrap(),
        );
        let path = format!("/v1/rejected?published={published}&at={at}");
        let letter = send(&router, "GET", &path, "operator", "", "").await;
        assert!(letter.text.contains("Claire"), "{}", letter.text);
    }
    // Its name is not used up, and whoever has it is told nothing.
    let name = "source=https%3A%2F%2Ftown-hall.example%2F&id=2";
    let receipt = send(
        &router,
        "GET",
        &format!("/v1/receipts?{name}"),
        "operator",
        "",
        "",
    )
    .await;
    assert_eq!(receipt.status, StatusCode::NOT_FOUND, "{}", receipt.text);
}
