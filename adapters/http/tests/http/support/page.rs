//! A page, parsed: what must hold of every one of them.

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

/// An element of a page.
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: String,
    /// Names of the elements around it, the nearest last.
    pub(crate) inside: Vec<String>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Parses a page and checks what holds of every page of ours.
pub(crate) fn checked(html: &str, lang: &str) -> Vec<Element> {
    let dom: RcDom = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    let errors = dom.errors.borrow();
    assert!(errors.is_empty(), "{errors:?}\n{html}");
    let mut all = Vec::new();
    walk(&dom.document, &mut Vec::new(), &mut all);
    let named = |name: &str| {
        all.iter()
            .filter(|each| each.name == name)
            .collect::<Vec<_>>()
    };

    assert_eq!(named("html")[0].attribute("lang"), Some(lang));
    assert_eq!(named("h1").len(), 1, "one h1");
    assert_eq!(named("main").len(), 1, "one main");
    assert!(named("script").is_empty(), "no script");
    assert!(named("style").is_empty(), "no inline style");
    assert!(!named("title")[0].text.trim().is_empty());
    assert_eq!(
        named("a")[0].attribute("href"),
        Some("#main"),
        "the skip link comes first"
    );
    for each in &all {
        let bad = each
            .attributes
            .iter()
            .find(|(name, _)| name.starts_with("on") || name == "style");
        assert!(bad.is_none(), "{} has {bad:?}", each.name);
    }
    let ids: Vec<&str> = all.iter().filter_map(|each| each.attribute("id")).collect();
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id), "two elements are called {id}");
    }
    for each in &all {
        for name in ["aria-labelledby", "aria-describedby", "for"] {
            for id in each.attribute(name).unwrap_or_default().split_whitespace() {
                assert!(
                    ids.contains(&id),
                    "{name} of {} names {id}, which is not there",
                    each.name
                );
            }
        }
        if let Some(anchor) = each
            .attribute("href")
            .and_then(|href| href.strip_prefix('#'))
        {
            assert!(
                ids.contains(&anchor),
                "a link to {anchor}, which is not there"
            );
        }
    }
    let labels: Vec<&str> = all
        .iter()
        .filter_map(|each| each.attribute("for"))
        .collect();
    for field in all
        .iter()
        .filter(|each| ["input", "select", "textarea"].contains(&each.name.as_str()))
    {
        let hidden = field.attribute("type") == Some("hidden");
        let labelled = field.inside.iter().any(|name| name == "label")
            || field.attribute("id").is_some_and(|id| labels.contains(&id));
        assert!(
            hidden || labelled,
            "a field without a label: {:?}",
            field.attributes
        );
    }
    for form in named("form") {
        assert_eq!(form.attribute("method"), Some("post"));
    }
    let levels: Vec<u32> = all
        .iter()
        .filter_map(|each| each.name.strip_prefix('h')?.parse().ok())
        .collect();
    for pair in levels.windows(2) {
        assert!(
            pair[1] <= pair[0] + 1,
            "a heading of level {} after one of level {}",
            pair[1],
            pair[0]
        );
    }
    all
}

/// All text of a page, with spaces made one.
pub(crate) fn text(elements: &[Element]) -> String {
    let body = elements
        .iter()
        .find(|each| each.name == "main")
        .expect("checked");
    body.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn walk(node: &Handle, inside: &mut Vec<String>, all: &mut Vec<Element>) {
    let mut pushed = false;
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let name = name.local.to_string();
        let attributes = attrs.borrow();
        all.push(Element {
            name: name.clone(),
            attributes: attributes
                .iter()
                .map(|each| (each.name.local.to_string(), each.value.to_string()))
                .collect(),
            text: inner(node),
            inside: inside.clone(),
        });
        inside.push(name);
        pushed = true;
    }
    for child in node.children.borrow().iter() {
        walk(child, inside, all);
    }
    if pushed {
        inside.pop();
    }
}

fn inner(node: &Handle) -> String {
    match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => node.children.borrow().iter().map(inner).collect(),
    }
}
