//! No file, however broken, stops the reader: it is told of, in places that are in the file.

use parcours_lang::{Severity, Source, load};
use proptest::prelude::*;

const BIRTH: &str = include_str!("../../../journeys/birth/2016-11-20.yaml");

fn told(text: String) -> Result<(), TestCaseError> {
    let (loaded, problems) = load(&[Source::new("birth/2016-11-20.yaml", text.clone())]);
    prop_assert_eq!(
        loaded.is_none(),
        problems
            .iter()
            .any(|problem| problem.severity() == Severity::Error)
    );
    for problem in problems {
        prop_assert!(
            text.get(problem.span().start..problem.span().end).is_some(),
            "{problem:?}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_definition_cut_and_glued_anywhere_is_told_of(
        at in 0..BIRTH.chars().count(),
        gone in 0..200_usize,
        put in "[\\[\\]{}:&*!|>'\"#%@` \té\n-]{0,6}",
    ) {
        let text = BIRTH.chars().take(at).chain(put.chars()).chain(BIRTH.chars().skip(at + gone)).collect();
        told(text)?;
    }

    #[test]
    fn any_text_at_all_is_told_of(text in "\\PC{0,200}") {
        told(text)?;
    }
}

#[test]
fn bombs_do_not_go_off() {
    let deep = "[".repeat(100_000);
    let wide = format!("steps: [{}]", "1,".repeat(60_000));
    let laughs = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n".to_owned();
    for text in [deep, wide, laughs] {
        assert!(
            load(&[Source::new("birth/2016-11-20.yaml", text)])
                .0
                .is_none()
        );
    }
}
