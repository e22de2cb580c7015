//! What a definition may not say, beyond the one mistake that each code's page shows.

use parcours_lang::{Code, Source, load};

/// The codes and messages of a definition made of these parts.
fn told(parts: &str) -> Vec<(Code, String)> {
    let text = format!(
        r#"
journey: birth
title: {{ fr: "Naissance", en: "Birth" }}
applies: {{ by: event.born_on, from: 2021-07-01 }}
starts: {{ on: birth }}
holder: event.parents[0]
people: {{ parent: event.parents }}
things: {{ child: event.children }}
{parts}
"#
    );
    let sources = [
        Source::new("birth/2021-07-01.yaml", text),
        Source::new(
            "services/caf.yaml",
            include_str!("../../../specs/fixtures/definitions/frame/caf.yaml"),
        ),
        Source::new(
            "life-events/birth.yaml",
            include_str!("../../../specs/fixtures/definitions/frame/birth.yaml"),
        ),
    ];
    let (_, problems) = load(&sources);
    problems
        .iter()
        .map(|problem| (problem.code(), problem.to_string()))
        .collect()
}

/// A right with this date, and these keys beside it.
fn due(rule: &str, beside: &str) -> Vec<(Code, String)> {
    told(&format!(
        r#"
steps:
  appeal:
    kind: right
    title: {{ fr: "Recours", en: "Appeal" }}
    due: {{ months: 2, after: event.born_on, {rule} }}
    settled_by: [ {{ declared: parent }} ]
    missed: {{ words: {{ fr: "Trop tard.", en: "Too late." }}, then: lapses }}
    law: [ {{ ref: "CJA, art. R421-7" }} ]
{beside}
"#
    ))
}

#[test]
fn a_distance_says_from_where_and_to_where() {
    let office = "    office: { service: caf }";
    let months = "overseas_months: 1, abroad_months: 2";
    let fine = Vec::<(Code, String)>::new();
    assert_eq!(
        due(
            &format!("distance: {{ {months}, from: \"'69123'\" }}"),
            office
        ),
        fine
    );
    assert_eq!(
        due(
            &format!("distance: {{ {months}, from: \"'69123'\", to: \"'75056'\" }}"),
            ""
        ),
        fine
    );

    let nowhere = due(&format!("distance: {{ {months} }}"), office);
    assert_eq!(nowhere.len(), 1, "{nowhere:?}");
    assert_eq!(nowhere[0].0, Code::DateRuleMissingKey);
    assert!(nowhere[0].1.contains("`from`"), "{nowhere:?}");

    let to_nowhere = due(&format!("distance: {{ {months}, from: \"'69123'\" }}"), "");
    assert_eq!(to_nowhere.len(), 1, "{to_nowhere:?}");
    assert_eq!(to_nowhere[0].0, Code::DateRuleMissingKey);
    assert!(to_nowhere[0].1.contains("no `office`"), "{to_nowhere:?}");

    let no_text = due(
        &format!("distance: {{ {months}, from: event.born_on }}"),
        office,
    );
    assert_eq!(no_text.len(), 1, "{no_text:?}");
    assert_eq!(no_text[0].0, Code::ConditionWrongType);
}

#[test]
fn only_people_who_are_in_the_journey_declare_act_and_are_asked() {
    for (role, says) in [("nobody", "is no role"), ("child", "is a thing")] {
        let step = |who: &str, declared: &str| {
            told(&format!(
                r#"
steps:
  welcome:
    kind: notice
    title: {{ fr: "Bienvenue", en: "Welcome" }}
    who: {who}
    settled_by: [ {{ declared: {declared} }} ]
"#
            ))
        };
        for problems in [step(role, "parent"), step("parent", role)] {
            assert!(!problems.is_empty());
            for (code, message) in problems {
                assert_eq!(code, Code::UnknownName);
                assert!(message.contains(says), "{message}");
            }
        }
    }
}
