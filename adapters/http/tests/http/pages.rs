//! The pages, as a browser without JavaScript, a screen reader or a printer gets them. The people are invented.

use axum::http::{Request, StatusCode};
use parcours_core::JourneyId;
use parcours_core::journey::Answer;
use parcours_core::value::Value;

use crate::support::page::{checked, text};
use crate::support::{self, World};

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
async fn who_does_not_know_yet_whether_it_concerns_them_is_told_that_its_last_day_has_passed() {
    let world = World::at("2026-03-09T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let path = world.path(journey);
    let shown = async |lang| {
        let page = world.get(&format!("{path}?lang={lang}")).await;
        checked(&page.text, lang);
        let card = page.between("id=\"step-choose_surname\"", "</article>");
        card.replace('\u{a0}', " ")
    };
    let before = shown("fr").await;
    assert!(!before.contains("le dernier jour est passé"), "{before}");
    world.desk.wait_until("2026-03-10T09:00:00");
    for (lang, said) in [
        (
            "fr",
            "Si cela vous concerne, le dernier jour est passé : c’était le lundi 9 mars 2026",
        ),
        (
            "en",
            "If it concerns you, its last day has passed: it was Monday 9 March 2026",
        ),
    ] {
        let after = shown(lang).await;
        assert!(after.contains(said), "{said} is not in: {after}");
    }
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
        "La loi pour les évènements survenus à partir du jeudi 1er juillet 2021",
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

/// Twins whose births are registered, and whose benefit the CAF refused.
pub(crate) fn refused(world: &World, notice_defective: bool) -> JourneyId {
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
        "Ce recours est obligatoire avant de saisir un juge.",
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
    assert!(shown.contains("Vous l’avez déposé."), "{shown}");
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
    let path = world.path(journey);
    let page = world.get(&format!("{path}/print")).await;
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
        shown.contains(&format!("https://parcours.example{path}")),
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
        "mercredi 4 mars 2026 à 10 h 05 Vous, en ligne. À la date du mardi 3 mars 2026.",
        "« Faire l’examen des huit jours (Nour) » : fait le mardi 3 mars 2026",
        "Déclaré par https://maternity.example",
        "Le parcours a commencé",
    ] {
        assert!(shown.contains(said), "{said} is not in: {shown}");
    }
}

#[tokio::test]
async fn a_leave_says_until_when_and_how_that_day_is_reckoned_from_the_birth_on() {
    let world = World::at("2026-03-04T10:00:00");
    world.desk.answers("cpam.read_employment", employee(true));
    let journey = world.desk.begin("birth", "one_child");
    for (lang, all) in [
        (
            "fr",
            [
                "Prendre le congé de naissance (Karim) Droit. Possible jusqu’au mercredi 4 mars 2026, aujourd’hui.",
                "Point de départ : « Date de la naissance », lundi 2 mars 2026, jour qui compte",
                "3 jours ouvrables plus tard : mercredi 4 mars 2026",
                "« Fin du congé de naissance » : mercredi 4 mars 2026",
                "Après cette dateCe congé se prend autour de la naissance.",
            ],
        ),
        (
            "en",
            [
                "Take birth leave (Karim) Right. Possible until Wednesday 4 March 2026, today.",
                "Starts on “Date of birth”, Monday 2 March 2026, a day that counts",
                "3 working days later: Wednesday 4 March 2026",
                "“End of birth leave”: Wednesday 4 March 2026",
                "After that dateThis leave is taken around the birth.",
            ],
        ),
    ] {
        let page = world
            .get(&format!("{}?lang={lang}", world.path(journey)))
            .await;
        let shown = text(&checked(&page.text, lang)).replace('\u{a0}', " ");
        for said in all {
            assert!(shown.contains(said), "{said} is not in: {shown}");
        }
    }
}

#[tokio::test]
async fn on_paper_no_date_is_told_from_today() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.get(&format!("{}/print", world.path(journey))).await;
    let shown = text(&checked(&page.text, "fr")).replace('\u{a0}', " ");
    assert!(
        shown.contains("À faire au plus tard le lundi 9 mars 2026.")
            && !shown.contains("dans 5 jours"),
        "{shown}"
    );
}

#[tokio::test]
async fn what_is_said_for_one_child_is_folded_for_the_others() {
    let world = World::at("2026-03-31T10:00:00");
    let journey = world.desk.begin("birth", "twins");
    let page = world.get(&world.path(journey)).await;
    let shown = text(&checked(&page.text, "fr"));
    // Their dates differ by a day, and stand in full.
    for said in [
        "Faire l’examen des huit jours (Anna)",
        "Faire l’examen des huit jours (Paul)",
        "Le détail, comme pour Anna",
    ] {
        assert!(shown.contains(said), "{said} is not in: {shown}");
    }
    let alone = world.desk.begin("birth", "one_child");
    let page = world.get(&world.path(alone)).await;
    assert!(!page.text.contains("comme pour Nour"));
    let paper = world.get(&format!("{}/print", world.path(journey))).await;
    assert!(text(&checked(&paper.text, "fr")).contains("Comme pour Anna."));
}
