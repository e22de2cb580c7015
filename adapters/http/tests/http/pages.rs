//! The pages, as a browser without JavaScript, a screen reader or a printer gets them. The people are invented.

use crate::support::page::{checked, text};
use crate::support::{self, World};
use axum::http::{Request, StatusCode};
use parcours_core::journey::{ActorKind, Answer, Channel, Step};
use parcours_core::name::ServiceId;
use parcours_core::value::Value;
use parcours_core::{JourneyId, PersonId};
use parcours_http::{Credential, Credentials, DeskError, Grant, Links};

fn employee(is: bool) -> Answer {
    Answer::Reply(Value::record([("employee", Value::Bool(is))]))
}

#[tokio::test]
async fn every_example_of_every_journey_has_sound_pages_in_both_languages() {
    let world = World::at("2026-03-04T10:00:00");
    let loaded = support::shipped();
    let mut pages = 0;
    for ty in loaded.catalog.life_events() {
        for example in &ty.examples {
            let journey = world.desk.begin(ty.kind.as_str(), &example.name);
            for lang in ["fr", "en"] {
                for end in ["", "/print", "/history"] {
                    let path = format!("{}{end}?lang={lang}", world.path(journey));
                    let page = world.get(&path).await;
                    assert_eq!(
                        page.status,
                        StatusCode::OK,
                        "{} {}{end}",
                        ty.kind,
                        example.name
                    );
                    checked(&page.text, lang);
                    pages += 1;
                }
            }
        }
    }
    assert!(pages >= 60, "{pages}");
}

#[tokio::test]
async fn a_parent_sees_what_to_do_by_when_why_and_whom_to_ask() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.get(&world.path(journey)).await;
    let text = text(&checked(&page.text, "fr"));
    for said in [
        "Déclarer la naissance (Nour)",
        "Obligation. À faire au plus tard le lundi 9 mars 2026, dans 5 jours.",
        "samedi 7 mars 2026",
        "Code civil, art. 55 et 56",
        "Si ce n’est pas fait à temps",
        "Mairie",
        "Certificat d’accouchement, donné par la maternité",
        "Est-ce le premier enfant que vous avez ensemble ?",
        "La loi des faits à compter du jeudi 1er juillet 2021",
    ] {
        assert!(text.contains(said), "{said} is not in: {text}");
    }
    let english = world.get(&format!("{}?lang=en", world.path(journey))).await;
    let text = support::page::text(&checked(&english.text, "en"));
    assert!(
        text.contains("Duty. To do by Monday 9 March 2026, in 5 days."),
        "{text}"
    );
    assert!(!text.contains("Déclarer"), "{text}");
}

#[tokio::test]
async fn the_browser_s_language_is_followed() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let request = Request::get(world.path(journey)).header("accept-language", "en-IE,fr;q=0.5");
    let page = world
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    checked(&page.text, "en");
}

#[tokio::test]
async fn an_answer_is_said_once_seen_at_once_and_can_be_changed() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    let action = format!("{page}/facts/first_common_child");
    let went = world.submit(&page, &action, &[("value", "true")]).await;
    assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    let back = went.header("location").to_owned();
    assert!(back.starts_with(&format!("{page}?lang=fr&seen=")), "{back}");

    let shown = world.get(&back).await;
    let text = text(&checked(&shown.text, "fr"));
    assert!(text.contains("C’est noté."), "{text}");
    assert!(
        text.contains("Premier enfant que les parents ont ensemble oui Vous l’avez dit"),
        "{text}"
    );
    assert!(
        !text.contains("Est-ce le premier enfant que vous avez ensemble"),
        "{text}"
    );

    let went = world.submit(&page, &action, &[("value", "false")]).await;
    assert_eq!(went.status, StatusCode::SEE_OTHER);
    let last = world.desk.last(journey);
    assert!(
        matches!(&last.actor.kind, ActorKind::Citizen(person) if person.as_str() == "p-claire")
    );
}

#[tokio::test]
async fn where_a_form_was_sent_leads_back_to_the_journey() {
    let world = World::at("2026-03-04T10:00:00");
    let page = world.path(world.desk.begin("birth", "one_child"));
    for form in ["steps/checkup_8_days.child.0", "facts/union"] {
        let again = world.get(&format!("{page}/{form}?lang=en")).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{form}");
        assert_eq!(
            again.headers["location"],
            format!("{page}?lang=en").as_str()
        );
    }
}

#[tokio::test]
async fn what_the_api_does_not_have_is_a_problem_too() {
    let world = World::at("2026-03-04T10:00:00");
    let nothing = world.get("/v1/nosuch").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert!(nothing.text.contains("no-such-address"), "{}", nothing.text);
    let method = world.get("/v1/answers").await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(method.text.contains("not-that-method"), "{}", method.text);
    assert_eq!(method.headers["allow"], "POST");
}

#[tokio::test]
async fn a_form_sent_twice_counts_once() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    let token = world
        .get(&page)
        .await
        .between("name=\"token\" value=\"", "\"")
        .to_owned();
    let action = format!("{page}/steps/checkup_8_days.child.0");
    let body = format!("token={token}&act=done&on=2026-03-03");
    let first = world.post(&action, &body).await;
    let decisions = world.desk.decisions(journey);
    let second = world.post(&action, &body).await;
    assert_eq!(
        (first.status, second.status),
        (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER),
        "{}",
        first.text
    );
    assert_eq!(world.desk.decisions(journey), decisions);
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_beside_the_form_and_changes_nothing() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "unmarried_parents");
    let page = world.path(journey);
    let before = world.desk.decisions(journey);
    for (action, fields, said) in [
        (
            "facts/first_common_child",
            vec![("value", "perhaps")],
            "Choisissez oui ou non.",
        ),
        ("facts/first_common_child", vec![], "Donnez une réponse."),
        (
            "steps/checkup_8_days.child.0",
            vec![("act", "done"), ("on", "2026-02-30")],
            "Écrivez un jour qui existe",
        ),
        (
            "steps/checkup_8_days.child.0",
            vec![("act", "done"), ("on", "2026-03-05")],
            "n’est pas encore arrivé",
        ),
        (
            "steps/declare_birth.child.0",
            vec![("act", "done")],
            "l’administration concernée",
        ),
        (
            "steps/checkup_8_days.child.0",
            vec![("act", "decline")],
            "l’administration concernée",
        ),
        (
            "disputes/first_common_child",
            vec![],
            "Rien n’est encore connu à ce sujet",
        ),
    ] {
        let refused = world
            .submit(&page, &format!("{page}/{action}"), &fields)
            .await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{action} {fields:?}"
        );
        let text = text(&checked(&refused.text, "fr"));
        assert!(text.contains(said), "{said} is not in: {text}");
        assert!(
            text.contains("Votre réponse n’a pas été prise en compte"),
            "{text}"
        );
    }
    for (action, body, status) in [
        (
            "facts/first_common_child",
            "value=true",
            StatusCode::FORBIDDEN,
        ),
        (
            "facts/first_common_child",
            "token=aaaa&value=true",
            StatusCode::FORBIDDEN,
        ),
        (
            "steps/checkup_8_days.child.0",
            "token=%00",
            StatusCode::FORBIDDEN,
        ),
        ("steps/%C3%A9", "", StatusCode::FORBIDDEN),
        ("steps/%FF", "", StatusCode::NOT_FOUND),
        ("nothing/x", "", StatusCode::NOT_FOUND),
    ] {
        let refused = world.post(&format!("{page}/{action}"), body).await;
        assert_eq!(refused.status, status, "{action} {body}");
        checked(&refused.text, "fr");
    }
    let token = world
        .get(&page)
        .await
        .between("name=\"token\" value=\"", "\"")
        .to_owned();
    for (action, rest) in [
        ("steps/checkup_8_days.child.0", "&act=accept"),
        ("steps/x.y", ""),
        ("facts/nothing", "&value=1"),
    ] {
        let refused = world
            .post(&format!("{page}/{action}"), &format!("token={token}{rest}"))
            .await;
        assert!(refused.status.is_client_error(), "{action}");
        checked(&refused.text, "fr");
    }
    let large = format!("token={token}&value={}", "x".repeat(2_000_000));
    let refused = world
        .post(&format!("{page}/facts/first_common_child"), &large)
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(world.desk.decisions(journey), before);
}

/// Twins whose births are registered, and whose benefit the CAF refused.
fn refused(world: &World, notice_defective: bool) -> JourneyId {
    let no = Answer::Refusal {
        code: "not_resident".to_owned(),
        words: None,
        notice_defective,
    };
    world.desk.answers("caf.open_child_benefit", no);
    world.desk.answers("cpam.read_employment", employee(true));
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
    journey
}

#[tokio::test]
async fn a_refusal_says_how_to_contest_it_and_an_appeal_is_noted() {
    let world = World::at("2026-04-01T10:00:00");
    let journey = refused(&world, false);
    let page = world.path(journey);
    let shown = text(&checked(&world.get(&page).await.text, "fr"));
    let operation = "caf.open_child_benefit".parse().unwrap();
    let law = support::shipped();
    let refusal = &law.catalog.operation(&operation).unwrap().refusals["not_resident"];
    assert!(
        shown.contains(&format!("Motif : {}", refusal.fr)),
        "{shown}"
    );
    for said in [
        "Refusé le mercredi 1er avril 2026",
        "Recours préalable. Écrivez à la commission de recours amiable",
        "Au plus tard le lundi 1er juin 2026, dans environ 2 mois.",
        "Il faut passer par là avant tout juge.",
        "Fait le mercredi 1er avril 2026, d’après : Mairie",
    ] {
        let said = said.replace('\u{a0}', " ");
        assert!(shown.contains(&said), "{said} is not in: {shown}");
    }
    let fields = [
        ("act", "appeal"),
        ("kind", "prior_appeal"),
        ("on", "2026-04-01"),
    ];
    let went = world
        .submit(&page, &format!("{page}/steps/child_benefit"), &fields)
        .await;
    assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    let shown = text(&checked(&world.get(&page).await.text, "fr"));
    assert!(shown.contains("Vous l’avez engagé."), "{shown}");
    let calendar = world.get(&format!("{page}/calendar.ics")).await;
    assert!(
        !calendar.text.contains("prior_appeal.child_benefit"),
        "{}",
        calendar.text
    );
}

#[tokio::test]
async fn time_does_not_run_against_a_notice_that_is_silent_about_appeals() {
    let world = World::at("2026-04-01T10:00:00");
    let journey = refused(&world, true);
    let shown = text(&checked(&world.get(&world.path(journey)).await.text, "fr"));
    assert!(shown.contains("Le délai ne court pas"), "{shown}");
    assert!(!shown.contains("lundi 1er juin 2026"), "{shown}");
}

#[tokio::test]
async fn what_is_late_is_said_in_words() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    world.desk.wait_until("2026-03-13T09:00:00");
    let shown = text(&checked(&world.get(&world.path(journey)).await.text, "fr"));
    assert!(
        shown.contains("mardi 10 mars 2026 : en retard de 3 jours"),
        "{shown}"
    );
    assert!(
        shown.contains("Déclarer la naissance (Nour) Obligation. Le délai est passé"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_grief_is_never_congratulated() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "stillborn");
    for end in ["", "/print", "/history"] {
        let shown = text(&checked(
            &world
                .get(&format!("{}{end}", world.path(journey)))
                .await
                .text,
            "fr",
        ));
        assert!(
            !shown.contains("Félicitations") && !shown.contains('!'),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn the_leaflet_holds_dates_articles_and_the_way_back() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.get(&format!("{}/print", world.path(journey))).await;
    let elements = checked(&page.text, "fr");
    let shown = text(&elements);
    for said in [
        "lundi 9 mars 2026",
        "Code civil, art. 55 et 56",
        "Imprimé le mercredi 4 mars 2026",
    ] {
        assert!(shown.contains(said), "{said} is not in: {shown}");
    }
    assert!(
        shown.contains(&format!("https://parcours.example{}", world.path(journey))),
        "{shown}"
    );
    assert!(
        elements.iter().any(|each| each.name == "svg"),
        "a code to scan"
    );
}

#[tokio::test]
async fn the_calendar_is_one_that_calendars_read() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let answer = world
        .get(&format!("{}/calendar.ics", world.path(journey)))
        .await;
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    let lines: Vec<&str> = answer.text.split("\r\n").collect();
    assert_eq!((lines[0], lines[1]), ("BEGIN:VCALENDAR", "VERSION:2.0"));
    assert!(lines.iter().all(|line| line.len() <= 75));
    for line in [
        "DTSTART;VALUE=DATE:20260309",
        "DTEND;VALUE=DATE:20260310",
        "DTSTAMP:20260304T000000Z",
    ] {
        assert!(lines.contains(&line), "{line} is not in {}", answer.text);
    }
    let count = |line: &str| lines.iter().filter(|each| **each == line).count();
    assert_eq!(count("BEGIN:VEVENT"), count("END:VEVENT"));
    assert!(count("BEGIN:VEVENT") >= 2);
}

#[tokio::test]
async fn the_history_says_who_said_what_and_when() {
    let world = World::at("2026-03-04T10:05:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    let fields = [("act", "done"), ("on", "2026-03-03")];
    world
        .submit(
            &page,
            &format!("{page}/steps/checkup_8_days.child.0"),
            &fields,
        )
        .await;
    let shown = text(&checked(
        &world.get(&format!("{page}/history")).await.text,
        "fr",
    ));
    for said in [
        "mercredi 4 mars 2026 à 10 h 05 Vous, en ligne. Vrai à la date du mardi 3 mars 2026.",
        "« Faire l’examen des huit jours (Nour) » : fait le mardi 3 mars 2026",
        "Publié par https://maternity.example",
        "Le parcours a commencé",
    ] {
        assert!(shown.contains(said), "{said} is not in: {shown}");
    }
}

#[tokio::test]
async fn links_that_open_nothing_say_so_in_plain_words() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let ended = world.links.path(journey, "2026-03-03".parse().ok());
    let other = Links::new(&[8; 32]).path(journey, None);
    let nobody = world.links.path(JourneyId::new(1, [1; 14]), None);
    for (path, status, said) in [
        (
            ended.as_str(),
            StatusCode::GONE,
            "Ce lien n’est plus valable",
        ),
        (
            other.as_str(),
            StatusCode::NOT_FOUND,
            "Ce lien n’ouvre rien",
        ),
        (
            nobody.as_str(),
            StatusCode::NOT_FOUND,
            "Cette page n’existe pas",
        ),
        ("/j/x/y", StatusCode::NOT_FOUND, "Ce lien n’ouvre rien"),
        ("/j/%FF/y", StatusCode::NOT_FOUND, "Cette page n’existe pas"),
        ("/j/", StatusCode::NOT_FOUND, "Cette page n’existe pas"),
        ("/nowhere", StatusCode::NOT_FOUND, "Cette page n’existe pas"),
    ] {
        let page = world.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert!(text(&checked(&page.text, "fr")).contains(said), "{path}");
    }
    assert!(world.ledger.reads().is_empty());
}

#[tokio::test]
async fn when_the_engine_cannot_the_page_says_that_nothing_is_lost() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    for (error, said) in [
        (
            DeskError::Unavailable("lane closed".to_owned()),
            "Le service est indisponible",
        ),
        (DeskError::Parked, "arrêté pour vérification"),
        (DeskError::Behind, "Le service est indisponible"),
    ] {
        world.desk.breaks(Some(error));
        let shown = world.get(&page).await;
        assert_eq!(shown.status, StatusCode::SERVICE_UNAVAILABLE);
        let text = text(&checked(&shown.text, "fr"));
        assert!(
            text.contains(said) && text.contains("Rien n’est perdu"),
            "{text}"
        );
    }
    world.desk.breaks(None);
    let ahead = world.get(&format!("{page}?seen=00000000ffffffff")).await;
    assert_eq!(ahead.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        world.get(&format!("{page}?seen=nonsense")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn every_answer_protects_its_reader() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    for path in ["/", "/nowhere", "/agent", &world.path(journey)] {
        let page = world.get(path).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cache-control"), "no-store");
        checked(&page.text, "fr");
    }
    let page = world.get("/").await;
    let style = page.between("rel=\"stylesheet\" href=\"", "\"").to_owned();
    let style = world.get(&style).await;
    assert_eq!(style.status, StatusCode::OK);
    assert!(style.header("cache-control").contains("immutable"));
    assert!(style.text.contains("@media print"));
}

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
async fn the_agents_list_holds_incidents_and_what_is_late() {
    let mut world = World::at("2026-04-01T10:00:00");
    with_agents(&mut world);
    let outage = Answer::Failure {
        what: "the CAF does not answer".to_owned(),
    };
    let journey = refused(&world, false);
    world.desk.answers("caf.open_child_benefit", outage.clone());
    world.desk.answers("pmi.announce_birth", outage);
    world.desk.wait_until("2026-04-20T09:00:00");
    let shown = as_agent(&world, "/agent", None).await;
    let listed = text(&checked(&shown.text, "fr"));
    assert!(listed.contains("Dates dépassées"), "{listed}");
    let page = as_agent(&world, &format!("/agent/journeys/{journey}"), None).await;
    checked(&page.text, "fr");
}

#[tokio::test]
async fn an_agent_of_some_services_sees_no_title_of_what_is_others_to_do() {
    let mut world = World::at("2026-04-01T10:00:00");
    let outage = Answer::Failure {
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
