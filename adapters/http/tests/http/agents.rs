//! The agents' pages: their list, acting for somebody, deciding, and what is written down of it. The people are invented.

use axum::http::{Request, StatusCode};
use parcours_core::PersonId;
use parcours_core::journey::{Answer, Channel, Step};
use parcours_core::name::ServiceId;
use parcours_http::{Credential, Credentials, Grant};

use crate::pages::refused;
use crate::support::page::{checked, text};
use crate::support::{self, World};

fn with_agents(world: &mut World) {
    let person = PersonId::new("agent-7").unwrap();
    world.credentials =
        Credentials::new([Credential::new("counter 4", "s3cret", Grant::agent(person))]);
}

async fn as_agent(world: &World, path: &str, body: Option<&str>) -> support::Answered {
    let request = match body {
        None => Request::get(path),
        Some(_) => Request::post(path).header("content-type", "application/x-www-form-urlencoded"),
    };
    let request = request.header("authorization", "Basic YWdlbnQ6czNjcmV0");
    world
        .send(
            request
                .body(body.unwrap_or_default().to_owned().into())
                .unwrap(),
        )
        .await
}

#[tokio::test]
async fn an_agent_acts_for_somebody_at_the_counter_and_decides() {
    let mut world = World::at("2026-03-04T10:00:00");
    with_agents(&mut world);
    let journey = world.desk.begin("birth", "one_child");
    let page = format!("/agent/journeys/{journey}");
    assert_eq!(world.get("/agent").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.get(&page).await.status, StatusCode::UNAUTHORIZED);

    let shown = as_agent(&world, &page, None).await;
    let seen = text(&checked(&shown.text, "fr"));
    assert!(
        seen.contains("Code civil, art. 55 et 56") && seen.contains("Pour l’agent"),
        "{seen}"
    );
    let token = shown.between("name=\"token\" value=\"", "\"").to_owned();

    let body = format!("token={token}&act=done&on=2026-03-03&channel=counter");
    let went = as_agent(
        &world,
        &format!("{page}/steps/checkup_8_days.child.0"),
        Some(&body),
    )
    .await;
    assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    let last = world.desk.last(journey);
    assert_eq!(last.actor.channel, Channel::Counter);
    assert_eq!(
        last.actor.on_behalf_of.as_ref().map(PersonId::as_str),
        Some("p-claire")
    );
    assert!(last.actor.mandate.is_some());
    assert_eq!(last.occurred_on, "2026-03-03".parse().ok());

    let step = format!("{page}/steps/declare_birth.child.0");
    let silent = format!("token={token}&act=refuse&motive=+&on=2026-03-04");
    let refused = as_agent(&world, &step, Some(&silent)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&checked(&refused.text, "fr")).contains("Écrivez le motif du refus"));
    let chosen = "value=\"refuse\" checked";
    assert!(refused.text.contains(chosen), "what was chosen is kept");
    let granted = format!("token={token}&act=accept&motive=&on=2026-03-04");
    assert_eq!(
        as_agent(&world, &step, Some(&granted)).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(matches!(
        world.desk.state_of(journey, "declare_birth.child.0"),
        Step::Settled { .. }
    ));

    let citizens = world.get(&world.path(journey)).await;
    assert!(!citizens.text.contains("Pour l’agent"));
    let theirs = citizens.between("name=\"token\" value=\"", "\"").to_owned();
    let crossed = as_agent(&world, &step, Some(&format!("token={theirs}&act=accept"))).await;
    assert_eq!(
        crossed.status,
        StatusCode::FORBIDDEN,
        "a citizen's token is not an agent's"
    );
}

#[tokio::test]
async fn what_somebody_contests_is_an_agents_to_check_and_is_settled_by_what_they_find() {
    let mut world = World::at("2026-03-04T10:00:00");
    with_agents(&mut world);
    let journey = world.desk.begin("birth", "one_child");
    let theirs = world.path(journey);
    for (form, fields) in [("facts", &[("value", "true")][..]), ("disputes", &[])] {
        let form = format!("{theirs}/{form}/resources_under_ceiling");
        let went = world.submit(&theirs, &form, fields).await;
        assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    }
    let contested = "un agent doit vérifier";
    let told = world.get(&theirs).await;
    let form = "Après vérification";
    assert!(told.text.contains(contested) && !told.text.contains(form));

    let list = as_agent(&world, "/agent", None).await;
    let list = text(&checked(&list.text, "fr"));
    let listed = list.split("Informations contestées").nth(1);
    let listed = listed.and_then(|rest| rest.split("Dates limites").next());
    assert!(
        listed.is_some_and(|rest| rest.contains("Ressources")),
        "{list}"
    );
    let page = format!("/agent/journeys/{journey}");
    let shown = as_agent(&world, &page, None).await;
    assert!(shown.text.contains(form), "{}", shown.text);
    let token = shown.between("name=\"token\" value=\"", "\"").to_owned();
    let body = format!("token={token}&value=true");
    let went = as_agent(
        &world,
        &format!("{page}/facts/resources_under_ceiling"),
        Some(&body),
    )
    .await;
    assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    let last = world.desk.last(journey);
    assert!(last.actor.on_behalf_of.is_none(), "an agent as such");
    let told = world.get(&theirs).await;
    assert!(!told.text.contains(contested));
    let list = as_agent(&world, "/agent", None).await;
    let list = text(&checked(&list.text, "fr"));
    let listed = list.split("Informations contestées").nth(1);
    let listed = listed.and_then(|rest| rest.split("Dates limites").next());
    assert!(
        listed.is_some_and(|rest| !rest.contains("Ressources")),
        "{list}"
    );
}

#[tokio::test]
async fn the_agents_list_holds_incidents_and_what_is_late() {
    let mut world = World::at("2026-04-01T10:00:00");
    with_agents(&mut world);
    let outage = Answer::Failure {
        attempt: 1,
        what: "the CAF does not answer".to_owned(),
    };
    let journey = refused(&world, false);
    world.desk.answers("caf.open_child_benefit", outage.clone());
    world.desk.answers("pmi.announce_birth", outage);
    world.desk.wait_until("2026-04-20T09:00:00");
    let shown = as_agent(&world, "/agent", None).await;
    let listed = text(&checked(&shown.text, "fr"));
    assert!(listed.contains("Dates limites dépassées"), "{listed}");
    // Two steps of one name in two journeys are told apart: by their place, the day of the event, the end of the code.
    let other = world.desk.begin("birth", "triplets");
    let code = |id: parcours_core::JourneyId| {
        let id = id.to_string();
        format!("{}-{}", &id[..4], &id[4..8])
    };
    let shown = as_agent(&world, "/agent", None).await;
    let listed = text(&checked(&shown.text, "fr")).replace('\u{a0}', " ");
    for said in [
        "Faire l’examen des huit jours (2)",
        &format!("Code : {}", code(journey)),
        "Naissance d’un enfant (A. P. É. H.)dimanche 29 mars 2026",
    ] {
        assert!(listed.contains(said), "{said} is not in: {listed}");
    }
    assert!(!listed.contains("Anna"), "a list holds no names: {listed}");
    assert_ne!(code(journey), code(other));
    let page = as_agent(&world, &format!("/agent/journeys/{journey}"), None).await;
    let shown = text(&checked(&page.text, "fr")).replace('\u{a0}', " ");
    assert!(
        shown.contains(&format!("Code du parcours : {journey}")),
        "{shown}"
    );
}

#[tokio::test]
async fn a_step_that_waits_for_another_is_late_by_the_date_that_its_plan_has() {
    let mut world = World::at("2026-11-22T10:00:00");
    with_agents(&mut world);
    world.desk.begin("birth", "one_child");
    let shown = as_agent(&world, "/agent?list=overdue", None).await;
    let late = text(&checked(&shown.text, "fr"));
    assert!(
        late.contains("impôts") && !late.contains("Aucune"),
        "{late}"
    );
}

#[tokio::test]
async fn an_agent_of_one_service_has_no_form_for_the_steps_of_another() {
    let mut world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = format!("/agent/journeys/{journey}");
    let steps = ["declare_birth.child.0", "checkup_8_days.child.0"];
    for (service, theirs) in [
        (None, [true, true]),
        (Some("mairie"), [true, false]),
        (Some("pmi"), [false, true]),
        (Some("caf"), [false, false]),
    ] {
        let services = service.map(|one| [ServiceId::new(one).unwrap()].into());
        let person = PersonId::new("agent-7").unwrap();
        let grant = Grant::Agent { person, services };
        world.credentials = Credentials::new([Credential::new("counter 4", "s3cret", grant)]);
        let shown = as_agent(&world, &page, None).await;
        checked(&shown.text, "fr");
        let token = shown.between("name=\"token\" value=\"", "\"").to_owned();
        for (step, theirs) in steps.into_iter().zip(theirs) {
            let form = format!("action=\"{page}/steps/{step}?");
            assert_eq!(shown.text.contains(&form), theirs, "{service:?} {step}");
            if !theirs {
                // Nor is it taken when it is sent all the same.
                let body = format!("token={token}&act=done&on=2026-03-03&channel=counter");
                let sent = as_agent(&world, &format!("{page}/steps/{step}"), Some(&body)).await;
                assert_eq!(sent.status, StatusCode::FORBIDDEN, "{service:?} {step}");
            }
        }
    }
}

#[tokio::test]
async fn rows_are_told_apart_and_whoever_is_shown_them_is_written_down() {
    let mut world = World::at("2026-04-10T09:00:00");
    with_agents(&mut world);
    let first = world.desk.begin("birth", "one_child");
    let second = refused(&world, false);
    for (lang, then) in [("fr", "Puis : "), ("en", "Then: ")] {
        let shown = as_agent(&world, &format!("/agent?lang={lang}"), None).await;
        let rows = checked(&shown.text, lang);
        let rows: Vec<String> = rows
            .iter()
            .filter(|each| each.name == "tr" && each.inside.iter().any(|name| name == "tbody"))
            .map(|each| each.text.replace('\u{a0}', " "))
            .collect();
        let all: std::collections::BTreeSet<_> = rows.iter().collect();
        assert_eq!(all.len(), rows.len(), "two rows are alike: {rows:?}");
        assert!(
            rows.len() >= 3 && rows.iter().any(|row| row.contains(then)),
            "{rows:?}"
        );
    }
    let listed: Vec<_> = world
        .ledger
        .reads()
        .into_iter()
        .filter(|read| read.what == "list" && read.who == "counter 4")
        .map(|read| read.journey)
        .collect();
    assert!(
        listed.contains(&first) && listed.contains(&second),
        "{listed:?}"
    );
}

#[tokio::test]
async fn a_journey_is_found_by_the_beginning_of_its_code_by_those_who_may_see_it() {
    let mut world = World::at("2026-03-04T10:00:00");
    let ids = [
        world.desk.begin("birth", "one_child"),
        world.desk.begin("birth", "triplets"),
    ];
    let id = ids[0].to_string();
    let short = format!("{}-{}", &id[..4], &id[4..8]);
    let home = format!("/agent/journeys/{id}");
    for (service, typed, opens) in [
        (None, short.clone(), true),
        (None, short.to_uppercase().replace('-', " "), true),
        (None, id[..6].to_owned(), true),
        (Some("mairie"), short.clone(), true),
        (Some("france_travail"), short.clone(), false),
        (None, id[..5].to_owned(), false),
        (None, format!("{}zz", &id[..6]), false),
        (None, "é!".to_owned(), false),
        (
            None,
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            false,
        ),
    ] {
        let services = service.map(|one| [ServiceId::new(one).unwrap()].into());
        let person = PersonId::new("agent-7").unwrap();
        let grant = Grant::Agent { person, services };
        world.credentials = Credentials::new([Credential::new("counter 4", "s3cret", grant)]);
        let body = format!("at={}", typed.replace(' ', "+"));
        let answer = as_agent(&world, "/agent?lang=fr", Some(&body)).await;
        let found = answer.header("location").starts_with(&home);
        assert_eq!(found, opens, "{service:?} {typed}: {}", answer.status);
        if !opens {
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            let said = text(&checked(&answer.text, "fr"));
            assert!(said.contains("au moins six lettres du code"), "{said}");
        }
    }
}

#[tokio::test]
async fn the_history_names_the_agent_who_acted_as_the_law_wants_it() {
    let person = PersonId::new("agent-7").unwrap();
    let caf = parcours_core::name::ServiceId::new("pmi").unwrap();
    let grant = Grant::Agent {
        person,
        services: Some([caf].into()),
    };
    let named = Credential::new("counter 4", "s3cret", grant);
    for (credential, fr, en) in [
        (
            named.clone(),
            "Agent n° agent-7 (Protection maternelle et infantile (PMI)), pour vous, au guichet",
            "Agent no. agent-7 (Mother and child health service (PMI)), for you, at the counter",
        ),
        (
            named.signing("Camille Durand, état civil"),
            "Camille Durand, état civil, pour vous, au guichet",
            "Camille Durand, état civil, for you, at the counter",
        ),
    ] {
        let mut world = World::at("2026-03-04T10:00:00");
        world.credentials = Credentials::new([credential]);
        let journey = world.desk.begin("birth", "one_child");
        let page = format!("/agent/journeys/{journey}");
        let shown = as_agent(&world, &page, None).await;
        let token = shown.between("name=\"token\" value=\"", "\"").to_owned();
        let body = format!("token={token}&act=done&on=2026-03-03&channel=counter");
        let step = format!("{page}/steps/checkup_8_days.child.0");
        let went = as_agent(&world, &step, Some(&body)).await;
        assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
        for (lang, said) in [("fr", fr), ("en", en)] {
            let path = format!("{}/history?lang={lang}", world.path(journey));
            let shown = text(&checked(&world.get(&path).await.text, lang));
            let shown = shown.replace('\u{a0}', " ");
            assert!(shown.contains(said), "{said} is not in: {shown}");
        }
        let path = format!("{page}/history?lang=fr");
        let theirs = text(&checked(&as_agent(&world, &path, None).await.text, "fr"));
        assert!(theirs.contains("pour la personne"), "{theirs}");
        let token = world.link(journey, None).token().to_owned();
        let request = Request::get(format!("/v1/journeys/{journey}/history"))
            .header("authorization", format!("Bearer {token}"));
        let api = world
            .send(request.body(String::new().into()).unwrap())
            .await;
        let name = en.split(", for you").next().unwrap();
        assert!(
            api.text.contains(&format!("\"name\":\"{name}\"")),
            "{}",
            api.text
        );
    }
}

#[tokio::test]
async fn agents_see_how_often_a_service_was_asked_and_citizens_need_not() {
    let mut world = World::at("2026-03-04T10:00:00");
    with_agents(&mut world);
    let outage = Answer::Failure {
        attempt: 1,
        what: "the CAF does not answer".to_owned(),
    };
    world.desk.answers("caf.read_household", outage);
    let journey = world.desk.begin("birth", "one_child");
    for (lang, said) in [
        (
            "en",
            [
                "attempt no. 1 failed, the next one on Wednesday 4 March 2026 at 10:00",
                "attempt no. 2, after a failure",
                "attempt no. 6 failed, it was the last one",
            ],
        ),
        (
            "fr",
            [
                "la tentative n° 1 a échoué, la suivante le mercredi 4 mars 2026 à 10 h 00",
                "tentative n° 2, après un échec",
                "la tentative n° 6 a échoué, c’était la dernière",
            ],
        ),
    ] {
        let path = format!("/agent/journeys/{journey}/history?lang={lang}");
        let theirs = text(&checked(&as_agent(&world, &path, None).await.text, lang));
        let theirs = theirs.replace('\u{a0}', " ");
        for said in said {
            assert!(theirs.contains(said), "{said} is not in: {theirs}");
        }
        assert!(!theirs.contains("does not answer"), "no words of a service");
        let path = format!("{}/history?lang={lang}", world.path(journey));
        let shown = text(&checked(&world.get(&path).await.text, lang));
        for word in ["attempt", "tentative"] {
            assert!(!shown.contains(word), "{shown}");
        }
    }
}

#[tokio::test]
async fn every_reading_is_written_down_with_its_ground() {
    let mut world = World::at("2026-03-04T10:00:00");
    with_agents(&mut world);
    let journey = world.desk.begin("birth", "one_child");
    world.get(&world.path(journey)).await;
    world.get(&format!("{}/print", world.path(journey))).await;
    as_agent(&world, &format!("/agent/journeys/{journey}/history"), None).await;
    let reads: Vec<_> = world
        .ledger
        .reads()
        .into_iter()
        .map(|read| (read.what, read.who, read.ground, read.journey == journey))
        .collect();
    assert_eq!(
        reads,
        [
            ("page", "holder".to_owned(), "signed link", true),
            ("leaflet", "holder".to_owned(), "signed link", true),
            ("history", "counter 4".to_owned(), "agent at work", true),
        ]
    );
}

#[tokio::test]
async fn an_agent_of_some_services_sees_no_title_of_what_is_others_to_do() {
    let mut world = World::at("2026-04-01T10:00:00");
    let outage = Answer::Failure {
        attempt: 1,
        what: "the CAF does not answer".to_owned(),
    };
    world.desk.answers("caf.open_child_benefit", outage);
    refused(&world, false);
    world.desk.wait_until("2026-04-20T09:00:00");
    let mut seen = Vec::new();
    for services in [None, Some("mairie"), Some("france_travail")] {
        let services = services.map(|one| [ServiceId::new(one).unwrap()].into());
        let person = PersonId::new("agent-7").unwrap();
        let grant = Grant::Agent { person, services };
        world.credentials = Credentials::new([Credential::new("counter 4", "s3cret", grant)]);
        let shown = as_agent(&world, "/agent", None).await;
        assert_eq!(shown.status, StatusCode::OK);
        seen.push(shown.text.matches("/agent/journeys/").count());
    }
    let [all, town_hall, elsewhere] = seen[..] else {
        panic!("{seen:?}")
    };
    assert!(all > town_hall, "{seen:?}");
    assert_eq!(elsewhere, 0, "not even that there is such a journey");
}
