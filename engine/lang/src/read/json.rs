//! The tree as JSON: schemas and examples.

use serde_json::{Map, Number, Value as Json};

use crate::yaml::{Kind, Node};

/// As YAML 1.2 has it: plain `true`, `false`, `null` and numbers are what they look like; everything else is text, dates too.
pub(crate) fn json(node: &Node) -> Json {
    match &node.kind {
        Kind::Scalar { text, plain: true } => plain(text),
        Kind::Scalar { text, plain: false } => Json::String(text.clone()),
        Kind::List(items) => Json::Array(items.iter().map(json).collect()),
        Kind::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, node)| (key.value.clone(), json(node)))
                .collect::<Map<_, _>>(),
        ),
    }
}

fn plain(text: &str) -> Json {
    match text {
        "" | "~" | "null" => Json::Null,
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        _ => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let decimal = digits.split_once('.').map_or((digits, "0"), |parts| parts);
            let all =
                |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            // `0612345678` is a telephone number, not a number.
            let number = all(decimal.0)
                && all(decimal.1)
                && (decimal.0 == "0" || !decimal.0.starts_with('0'));
            number
                .then(|| serde_json::from_str::<Number>(text).ok().map(Json::Number))
                .flatten()
                .unwrap_or_else(|| Json::String(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_scalar_is_what_it_looks_like() {
        assert_eq!(plain("12"), Json::from(12));
        assert_eq!(plain("-0.5"), Json::from(-0.5));
        assert_eq!(plain("2026-03-02"), Json::from("2026-03-02"));
        assert_eq!(plain("0612345678"), Json::from("0612345678"));
        assert_eq!(plain("yes"), Json::from("yes"));
    }
}
