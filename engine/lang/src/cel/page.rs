//! The examples of `docs/conditions.md` are what the page says they are.

use super::tests::env;
use super::*;

const PAGE: &str = include_str!("../../../../docs/conditions.md");

/// The lines of the page's examples that open with this fence.
fn examples(fence: &str) -> Vec<&'static str> {
    let mut inside = false;
    let mut examples = Vec::new();
    for line in PAGE.lines() {
        if line.starts_with("```") {
            inside = line == fence;
        } else if inside {
            examples.push(line);
        }
    }
    examples
}

#[test]
fn every_example_is_a_condition() {
    let examples = examples("```cel");
    assert!(examples.len() > 20, "{examples:?}");
    for example in examples {
        let compiled = compile(example, &env(), &Expected::condition());
        assert!(compiled.is_ok(), "{example}: {compiled:?}");
    }
}

#[test]
fn every_wrong_example_is_refused_for_one_reason() {
    let examples = examples("```cel wrong");
    assert!(examples.len() > 5, "{examples:?}");
    for example in examples {
        let problems = compile(example, &env(), &Expected::condition()).expect_err(example);
        assert_eq!(problems.len(), 1, "{example}: {problems:?}");
    }
}

#[test]
fn the_page_says_how_long_and_deep_a_condition_may_be() {
    let bounds = format!(
        "At most {},{:03} bytes, {MOST_TOKENS} words and signs, and {MOST_NESTED} brackets",
        LONGEST / 1_000,
        LONGEST % 1_000
    );
    assert!(PAGE.contains(&bounds), "{bounds}");
}
