//! What a journey knows and a reader needs is on its pages: whose words, what was asked and when, before and after, what would
//! change. The people are invented.

use axum::http::StatusCode;
use parcours_core::journey::Answer;
use parcours_core::value::Value;

use crate::support::World;
use crate::support::page::{checked, text};

#[tokio::test]
async fn a_refusal_shows_the_service_s_own_words_beside_the_catalog_s() {
    let world = World::at("2026-04-01T10:00:00");
    let added = "Votre dossier est à Lyon & pas <ici>.";
    let no = Answer::Refusal {
        code: "not_resident".to_owned(),
        words: Some(added.to_owned()),
        notice_defective: false,
    };
    world.desk.answers("caf.open_child_benefit", no);
    let yes = Value::record([("employee", Value::Bool(true))]);
    world
        .desk
        .answers("cpam.read_employment", Answer::Reply(yes));
    let journey = world.desk.begin("birth", "twins");
    for child in [1, 2] {
        let data = Value::record([
            ("child", Value::Integer(child)),
            ("act_number", Value::text("2026-17")),
            ("registered_on", Value::Date("2026-04-01".parse().unwrap())),
        ]);
        let event = "mairie.birth_registered";
        world.desk.told(journey, event, data, "2026-04-01");
    }
    for (end, lang, said) in [
        ("", "fr", "Ce que l’administration ajoute :"),
        ("", "en", "What the administration adds:"),
        ("/print", "fr", "Motif"),
    ] {
        let path = format!("{}{end}?lang={lang}", world.path(journey));
        let shown = text(&checked(&world.get(&path).await.text, lang));
        assert!(shown.contains(added), "{added} is not in: {shown}");
        assert!(end == "/print" || shown.contains(said), "{shown}");
        if end.is_empty() {
            let line = [
                "1 démarche qui n’a pas abouti",
                "1 step that came to nothing",
            ];
            assert!(
                line.iter()
                    .any(|line| shown.replace('\u{a0}', " ").contains(line)),
                "{shown}"
            );
        }
    }
    let token = world.link(journey, None).token().to_owned();
    let request = axum::http::Request::get(format!("/v1/journeys/{journey}"))
        .header("authorization", format!("Bearer {token}"));
    let answered = world
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    let told: serde_json::Value = serde_json::from_str(&answered.text).unwrap();
    let steps = told["steps"].as_array().unwrap();
    let step = steps
        .iter()
        .find(|step| step["step"] == "child_benefit")
        .unwrap();
    assert_eq!(step["added"], added, "{step}");
}

#[tokio::test]
async fn what_an_office_was_asked_is_shown_with_the_day() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("move", "two_vehicles");
    let page = world.get(&format!("{}?lang=fr", world.path(journey))).await;
    let shown = text(&checked(&page.text, "fr"));
    assert!(
        shown.contains("Demande envoyée le mercredi 4 mars 2026. Nous attendons la réponse de :")
            || shown.contains("Demandé à :"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_correction_is_told_with_what_stood_before() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    let action = format!("{page}/facts/first_common_child");
    for value in ["true", "false"] {
        let went = world.submit(&page, &action, &[("value", value)]).await;
        assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    }
    world.desk.corrects(journey, "born_on", "2026-03-01");
    let history = world.get(&format!("{page}/history?lang=fr")).await;
    let shown = text(&checked(&history.text, "fr"));
    for said in [
        "non (avant : oui)",
        "Date de la naissance : dimanche 1er mars 2026 (avant : lundi 2 mars 2026)",
    ] {
        assert!(shown.contains(said), "{said} is not in: {shown}");
    }
}

#[tokio::test]
async fn what_a_correction_would_change_is_shown_before_it_is_made() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    let action = format!("{page}/facts/first_common_child");
    let went = world.submit(&page, &action, &[("value", "true")]).await;
    assert_eq!(went.status, StatusCode::SEE_OTHER);
    let decisions = world.desk.decisions(journey);

    let preview = format!("{action}/preview?lang=fr");
    let seen = world.submit(&page, &preview, &[("value", "false")]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    let shown = text(&checked(&seen.text, "fr"));
    for said in [
        "Ce que cela changerait",
        "Rien n’est encore enregistré.",
        "Premier enfant que les parents ont ensemble",
        "Choisir le nom de famille",
        "Ne vous concerne pas",
        "Confirmer ce changement",
    ] {
        assert!(shown.contains(said), "{said} is not in: {shown}");
    }
    assert_eq!(world.desk.decisions(journey), decisions, "nothing was said");

    // The page's own form makes the change.
    let token = seen.between("name=\"token\" value=\"", "\"").to_owned();
    let went = world
        .post(&action, &format!("token={token}&value=false"))
        .await;
    assert_eq!(went.status, StatusCode::SEE_OTHER, "{}", went.text);
    assert_eq!(world.desk.decisions(journey), decisions + 1);

    let wrong = world.submit(&page, &preview, &[("value", "perhaps")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let forged = world.post(&preview, "token=x&value=false").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}
