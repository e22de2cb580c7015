//! YAML to a tree that remembers where everything was written.
//!
//! The tree is built from the parser's events rather than through serde, so that one problem never hides the next
//! and every key and value has its place. What people should not have to read is refused: anchors, aliases, merge
//! keys, tags, several documents. What a hostile file could do is bounded: size, depth, number of values.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{At, File, Span};

/// The longest file, in bytes.
pub(crate) const LONGEST_FILE: usize = 1 << 20;
/// How deep lists and mappings may be nested.
pub(crate) const DEEPEST: usize = 24;
/// How many values a file may hold.
pub(crate) const MOST_VALUES: usize = 50_000;

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text. `plain` when it is not quoted.
    Scalar { text: String, plain: bool },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written. No key is there twice.
    Map(Vec<(At<String>, Node)>),
}

impl Node {
    /// Nothing was written, or `null`.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// What it is, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match &self.kind {
            _ if self.is_empty() => "nothing",
            Kind::Scalar { .. } => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }

    /// The value under `key`, of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => entries
                .iter()
                .find(|(name, _)| name.value == key)
                .map(|(_, node)| node),
            Kind::Scalar { .. } | Kind::List(_) => None,
        }
    }
}

/// Reads a file into a tree. `None` when nothing of it can be read; what was refused is in `problems`.
pub(crate) fn parse(file: &File, problems: &mut Vec<Diagnostic>) -> Option<Node> {
    let whole = Span {
        start: 0,
        end: file.text.len(),
    };
    if file.text.len() > LONGEST_FILE {
        problems.push(Diagnostic::new(
            Code::YamlTooLarge,
            file,
            Span::default(),
            format!(
                "this file has {} bytes; at most {LONGEST_FILE} are read",
                file.text.len()
            ),
            "split it, or remove what is not needed",
        ));
        return None;
    }
    if let Some(tab) = tab_in_indentation(&file.text) {
        problems.push(Diagnostic::new(
            Code::YamlTab,
            file,
            Span {
                start: tab,
                end: tab + 1,
            },
            "a tab in the margin",
            "indent with spaces, two a level",
        ));
        return None;
    }
    // Wider than our own bound, so that it is ours that is told; the parser keeps no recursion of its own.
    let options = granit_parser::options! {
        flow_nesting_limit: 4 * DEEPEST,
        block_nesting_limit: 4 * DEEPEST,
        disallow_directives: true,
        emit_comments: false,
        emit_unresolved_aliases: true,
    };
    let mut builder = Builder {
        file,
        parser: Parser::new_from_str_with_options(&file.text, options),
        problems,
        values: 0,
    };
    let mut root = None;
    loop {
        match builder.next()? {
            (Event::StreamEnd, _) => break,
            (Event::DocumentStart(..), span) => {
                if root.is_some() {
                    builder.refuse(
                        Code::YamlSyntax,
                        span,
                        "a second document in the file",
                        "remove the `---`: one file says one thing",
                    );
                    break;
                }
                let (event, span) = builder.next()?;
                root = Some(builder.node(event, span, 0)?);
            }
            _ => {}
        }
    }
    if root.is_none() {
        problems.push(Diagnostic::new(
            Code::YamlSyntax,
            file,
            whole,
            "the file is empty",
            "begin with `journey:`, `service:` or `life_event:`",
        ));
    }
    root
}

/// The first tab that stands before anything else on its line, outside of comments.
fn tab_in_indentation(text: &str) -> Option<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let margin = &line[..line.len() - content.len()];
        if let Some(at) = margin.find('\t')
            && !content.trim_end().is_empty()
            && !content.starts_with('#')
        {
            return Some(start + at);
        }
        start += line.len();
    }
    None
}

/// A text in the line of the byte at `at` that YAML cannot read without quotes, and why.
fn needs_quotes(text: &str, at: usize) -> Option<(String, &'static str)> {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))?;
    let on_the_line = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        &text[start..end]
    };
    // Often it is the next line at which the parser gives up.
    let line = on_the_line(at);
    let before = text[..at].trim_end_matches(|c: char| c != '\n');
    let before = on_the_line(before.len().saturating_sub(1));
    [line, before].into_iter().find_map(|line| {
        let mut quote = None;
        let mut depth = 0_usize;
        let mut value = None;
        for (place, c) in line.char_indices() {
            match (c, quote) {
                (_, Some(open)) if c == open => quote = None,
                (_, Some(_)) => {}
                ('"' | '\'', None)
                    if value.is_none_or(|start| line[start..place].trim().is_empty()) =>
                {
                    quote = Some(c);
                }
                ('#', None) if line[..place].ends_with(' ') => return None,
                ('{' | '[', None)
                    if value.is_none_or(|start| line[start..place].trim().is_empty()) =>
                {
                    depth += 1;
                    value = (c == '[').then_some(place + 1);
                }
                ('[', None) => {
                    let start = value?;
                    // Up to the comma or brace that ends the value.
                    let rest = &line[start..];
                    let mut open = 0_usize;
                    let ends = rest.find(|c| {
                        match c {
                            '[' | '(' => open += 1,
                            ']' | ')' if open > 0 => open -= 1,
                            ',' if open > 0 => return false,
                            _ => {}
                        }
                        open == 0 && (matches!(c, ',' | '}') || c == ']' && depth == 0)
                    });
                    let written = rest[..ends.unwrap_or(rest.len())].trim();
                    return (depth > 0).then(|| {
                        (
                            written.to_owned(),
                            "between `{` and `}` a `[` begins a list",
                        )
                    });
                }
                ('}' | ']', None) => {
                    depth = depth.saturating_sub(1);
                    value = None;
                }
                (',', None) if depth > 0 => value = Some(place + 1),
                (':', None) if line[place + 1..].starts_with(' ') => value = Some(place + 1),
                _ => {}
            }
        }
        None
    })
}

struct Builder<'f, 'p> {
    file: &'f File,
    parser: Parser<'f, granit_parser::StrInput<'f>>,
    problems: &'p mut Vec<Diagnostic>,
    values: usize,
}

impl<'f> Builder<'f, '_> {
    fn refuse(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.problems
            .push(Diagnostic::new(code, self.file, span, message, remedy));
    }

    fn next(&mut self) -> Option<(Event<'f>, Span)> {
        match self.parser.next_event()? {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or_default();
                Some((
                    event,
                    Span {
                        start: range.start,
                        end: range.end,
                    },
                ))
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or_default();
                let (message, remedy) = match needs_quotes(&self.file.text, at) {
                    Some((text, why)) => (
                        format!("this is not YAML: {why}"),
                        format!("quote the text: `\"{text}\"`"),
                    ),
                    None => (
                        format!("this is not YAML: {}", error.info()),
                        "look at this line and the one before it: a missing colon, space, quote or bracket, or an indentation that \
                         does not line up; a text that contains `: ` or `#` is quoted"
                            .to_owned(),
                    ),
                };
                let span = Span {
                    start: at,
                    end: at + 1,
                };
                self.refuse(Code::YamlSyntax, span, message, remedy);
                None
            }
        }
    }

    /// `None` when nothing more can be read.
    fn node(&mut self, event: Event<'f>, span: Span, depth: usize) -> Option<Node> {
        self.values += 1;
        if self.values > MOST_VALUES || depth > DEEPEST {
            let message = if depth > DEEPEST {
                format!("nested more than {DEEPEST} levels deep")
            } else {
                format!("more than {MOST_VALUES} values in one file")
            };
            self.refuse(
                Code::YamlTooLarge,
                span,
                message,
                "split it, or remove what is not needed",
            );
            return None;
        }
        if event.anchor_id().is_some()
            || matches!(event, Event::Alias(_) | Event::UnresolvedAlias(_))
        {
            self.refuse(
                Code::YamlAnchor,
                span,
                "an anchor (`&name`) or alias (`*name`)",
                "write the text out in each place, so that every block can be read by itself",
            );
        } else if event.tag().is_some() {
            return self.tagged(event, span, depth);
        }
        let empty = Kind::Scalar {
            text: String::new(),
            plain: true,
        };
        match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                let text = match plain {
                    true => self.straight(&text, span),
                    false => text.into_owned(),
                };
                Some(Node {
                    span,
                    kind: Kind::Scalar { text, plain },
                })
            }
            Event::SequenceStart(..) => self.items(span, depth),
            Event::MappingStart(..) => self.mapping(span, depth),
            _ => Some(Node { span, kind: empty }),
        }
    }

    /// What a tag stands before. A condition that begins with `!` was meant as one: it is read as it is written.
    fn tagged(&mut self, event: Event<'f>, span: Span, depth: usize) -> Option<Node> {
        let text = &self.file.text;
        let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        // Its place begins where the value does, with the tag or behind it.
        let behind = text[line..span.start].trim_end();
        let start = match text[span.start..].starts_with('!') {
            true => span.start,
            false => behind.rfind('!').map_or(span.start, |at| line + at),
        };
        let written: &str = text[start..].split('\n').next().unwrap_or_default();
        let written = written.split(" #").next().unwrap_or_default();
        let in_braces = text[line..start].contains(['{', '[']);
        let written = match in_braces {
            true => written.split([',', '}', ']']).next().unwrap_or_default(),
            false => written,
        };
        let written = written.trim_end().to_owned();
        let whole = Span {
            start,
            end: start + written.len(),
        };
        let scalar = matches!(event, Event::Scalar(..));
        let negates = written
            .strip_prefix('!')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '('))
            && written.contains(['.', '(']);
        if scalar && negates {
            let remedy = format!("quote it: `\"{written}\"`");
            self.refuse(
                Code::YamlTag,
                whole,
                "a text that begins with `!`, which means a tag to YAML",
                remedy,
            );
            return Some(Node {
                span: whole,
                kind: Kind::Scalar {
                    text: written,
                    plain: true,
                },
            });
        }
        self.refuse(
            Code::YamlTag,
            whole,
            "a tag (`!name`)",
            "remove it: each key says by itself what it holds; a condition that begins with `!` is quoted",
        );
        match event {
            Event::Scalar(text, style, ..) => Some(Node {
                span,
                kind: Kind::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                },
            }),
            Event::SequenceStart(..) => self.items(span, depth),
            Event::MappingStart(..) => self.mapping(span, depth),
            _ => None,
        }
    }

    /// A text that is not quoted, without the curly quotes that somebody took for quotes.
    fn straight(&mut self, text: &str, span: Span) -> String {
        const CURLY: [char; 5] = ['“', '”', '„', '‘', '’'];
        if !text.starts_with(CURLY) {
            return text.to_owned();
        }
        let inside = text.trim_matches(CURLY);
        self.refuse(
            Code::YamlQuotes,
            span,
            "curly quotes, which are letters like others to YAML",
            format!("write straight quotes: `\"{inside}\"`"),
        );
        inside.to_owned()
    }

    fn items(&mut self, span: Span, depth: usize) -> Option<Node> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => {
                    return Some(Node {
                        span: to(span, end),
                        kind: Kind::List(items),
                    });
                }
                (event, span) => items.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, span: Span, depth: usize) -> Option<Node> {
        let mut entries: Vec<(At<String>, Node)> = Vec::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let (event, key_span) = self.next()?;
            if event == Event::MappingEnd {
                return Some(Node {
                    span: to(span, key_span),
                    kind: Kind::Map(entries),
                });
            }
            let key = self.node(event, key_span, depth + 1)?;
            let (event, value_span) = self.next()?;
            let value = self.node(event, value_span, depth + 1)?;
            match key.kind {
                Kind::Scalar { text, plain: true } if text == "<<" => self.refuse(
                    Code::YamlAnchor,
                    key.span,
                    "a merge key (`<<`)",
                    "write the text out in each place, so that every block can be read by itself",
                ),
                Kind::Scalar { text, .. } => {
                    if let Some(first) = seen.get(&text) {
                        let (line, _) = self.file.position(*first);
                        self.refuse(
                            Code::YamlDuplicateKey,
                            key.span,
                            format!("`{text}` is already said in line {line}"),
                            "keep one of the two",
                        );
                    } else {
                        seen.insert(text.clone(), key.span.start);
                        entries.push((
                            At {
                                value: text,
                                span: key.span,
                            },
                            value,
                        ));
                    }
                }
                Kind::List(_) | Kind::Map(_) => {
                    self.refuse(
                        Code::YamlSyntax,
                        key.span,
                        "a key that is not a word",
                        "write a word before the colon",
                    );
                }
            }
        }
    }
}

fn to(from: Span, end: Span) -> Span {
    Span {
        start: from.start,
        end: end.end.max(from.end),
    }
}
