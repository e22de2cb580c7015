//! Forms: said once, refused beside the field, and nothing else changes. The people are invented.

use axum::http::StatusCode;
use parcours_core::journey::ActorKind;

use crate::support::World;
use crate::support::page::{checked, text};

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
    for form in [
        "steps/checkup_8_days.child.0",
        "facts/union",
        "disputes/union",
    ] {
        let again = world.get(&format!("{page}/{form}?lang=en")).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{form}");
        assert_eq!(
            again.headers["location"],
            format!("{page}?lang=en").as_str()
        );
    }
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
            text.contains("Votre réponse n’a pas été enregistrée"),
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

#[tokio::test]
async fn what_was_typed_is_kept_and_what_is_wrong_stands_beside_it() {
    let world = World::at("2026-03-04T10:00:00");
    let journey = world.desk.begin("birth", "one_child");
    let page = world.path(journey);
    let step = "checkup_8_days.child.0";
    let fields = [("act", "done"), ("on", "2026-03-05")];
    let refused = world
        .submit(&page, &format!("{page}/steps/{step}"), &fields)
        .await;
    let shown = text(&checked(&refused.text, "fr"));
    assert_eq!(
        shown.matches("n’est pas encore arrivé").count(),
        2,
        "above, and beside the form: {shown}"
    );
    let field = refused.between(&format!("id=\"on-{step}\" "), ">");
    for kept in [
        "value=\"2026-03-05\"",
        "aria-invalid=\"true\"",
        &format!("aria-describedby=\"error-done-{step}\""),
    ] {
        assert!(field.contains(kept), "{kept} is not in: {field}");
    }

    // A form that the step has not: it is said at the step all the same.
    let gone = world
        .submit(
            &page,
            &format!("{page}/steps/declare_birth.child.0"),
            &[("act", "done")],
        )
        .await;
    let shown = text(&checked(&gone.text, "fr"));
    assert_eq!(
        shown.matches("l’administration concernée").count(),
        2,
        "{shown}"
    );

    let money = world.desk.begin("birth", "unmarried_parents");
    let page = world.path(money);
    let action = format!("{page}/facts/older_children");
    let refused = world.submit(&page, &action, &[("value", "deux")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    checked(&refused.text, "fr");
}
