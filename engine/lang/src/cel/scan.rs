//! The first look at an expression: its tokens, its size, and what conditions do not have.

use std::ops::Range;

use super::problem::{Code, Problem};

/// The longest expression, in bytes.
pub const LONGEST: usize = 4_000;
/// The most tokens (names, signs, literals) in an expression. The tree is never deeper than this.
pub const MOST_TOKENS: usize = 300;
/// The most brackets and `? :` within one another. The parser needs up to 200 KiB of stack a level when it is not optimised, and a
/// thread has 2 MiB.
pub const MOST_NESTED: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Text,
    Integer,
    Decimal,
    Sign,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// In bytes.
    pub(super) span: Range<usize>,
    /// For a bracket, the index of the token that closes (or opens) it.
    pub(super) pair: Option<usize>,
}

/// An expression's text, cut into tokens.
pub(super) struct Scanned<'a> {
    pub(super) source: &'a str,
    pub(super) tokens: Vec<Token>,
}

impl<'a> Scanned<'a> {
    pub(super) fn text(&self, token: &Token) -> &'a str {
        &self.source[token.span.clone()]
    }
}

/// Signs that conditions have, longest first.
const SIGNS: [&str; 19] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "?", ":", "(", ")", "[", "]", ",",
    ".",
];

/// Signs that they do not have, longest first, and what to do instead.
const NOT_OURS: [(&str, &str); 13] = [
    ("//", "say it in a comment of the file, after `#`"),
    ("=", "write `==` to compare"),
    ("&", "write `&&` for \"and\""),
    ("|", "write `||` for \"or\""),
    (
        "*",
        "let the law's amount be a dated value, or the service work it out",
    ),
    (
        "/",
        "let the law's amount be a dated value, or the service work it out",
    ),
    (
        "%",
        "let the law's amount be a dated value, or the service work it out",
    ),
    ("{", "compare the fields one by one"),
    ("}", "compare the fields one by one"),
    ("`", "give the field a name of letters, digits and `_`"),
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("≠", "write `!=`"),
];

/// Quotes that word processors make of straight ones, each with its other half.
const CURLY_QUOTES: [&[char]; 3] = [&['“', '”', '„', '‟'], &['‘', '’', '‚', '‛'], &['«', '»']];

pub(super) fn scan(source: &str) -> Result<Scanned<'_>, Vec<Problem>> {
    if source.len() > LONGEST {
        return Err(vec![too_long(
            0..source.len(),
            format!("longer than {LONGEST} bytes"),
        )]);
    }
    let mut scan = Scan {
        source,
        at: 0,
        tokens: Vec::new(),
        problems: Vec::new(),
    };
    while scan.at < source.len() {
        scan.token();
    }
    if scan.tokens.is_empty() && scan.problems.is_empty() {
        scan.problems.push(Problem::new(
            Code::Syntax,
            0..source.len(),
            "the expression is empty",
            "write a condition, or take the key away",
        ));
    }
    if let Some(token) = scan.tokens.get(MOST_TOKENS) {
        scan.problems.push(too_long(
            token.span.start..source.len(),
            format!("more than {MOST_TOKENS} words and signs"),
        ));
    } else {
        scan.nest();
    }
    if scan.problems.is_empty() {
        Ok(Scanned {
            source,
            tokens: scan.tokens,
        })
    } else {
        scan.problems.sort_by_key(|problem| problem.span.start);
        Err(scan.problems)
    }
}

fn too_long(span: Range<usize>, how: String) -> Problem {
    Problem::new(
        Code::TooLong,
        span,
        format!("the expression is {how}"),
        "give parts of it a name, as derived facts, and combine those",
    )
}

struct Scan<'a> {
    source: &'a str,
    at: usize,
    tokens: Vec<Token>,
    problems: Vec<Problem>,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    /// How many bytes from here satisfy `is`.
    fn run(&self, from: usize, is: impl Fn(char) -> bool) -> usize {
        self.source[from..]
            .find(|c| !is(c))
            .map_or(self.source.len(), |end| from + end)
    }

    fn push(&mut self, kind: Kind, end: usize) {
        self.tokens.push(Token {
            kind,
            span: self.at..end,
            pair: None,
        });
        self.at = end;
    }

    fn refuse(&mut self, end: usize, code: Code, message: String, help: &str) {
        self.problems
            .push(Problem::new(code, self.at..end, message, help));
        self.at = end;
    }

    fn token(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        if matches!(first, ' ' | '\t' | '\r' | '\n') {
            self.at += 1;
        } else if matches!(first, '"' | '\'') {
            self.text(first);
        } else if first.is_ascii_digit() {
            self.number();
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = self.run(self.at, |c| c.is_ascii_alphanumeric() || c == '_');
            if self.source[end..].starts_with(['"', '\'']) {
                let message = format!(
                    "`{}` cannot stand just before a text",
                    &self.source[self.at..end]
                );
                self.refuse(
                    end,
                    Code::NotSupported,
                    message,
                    "write the text between plain quotes",
                );
            } else {
                self.push(Kind::Name, end);
            }
        } else if rest.starts_with("//") {
            let end = self.run(self.at, |c| c != '\n');
            self.refuse(
                end,
                Code::NotSupported,
                "a comment inside an expression".to_owned(),
                NOT_OURS[0].1,
            );
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.push(Kind::Sign, self.at + sign.len());
        } else if let Some((sign, help)) = NOT_OURS.iter().find(|(sign, _)| rest.starts_with(sign))
        {
            self.refuse(
                self.at + sign.len(),
                Code::NotSupported,
                format!("conditions have no `{sign}`"),
                help,
            );
        } else if let Some(quote) = CURLY_QUOTES.iter().find(|pair| pair.contains(&first)) {
            let inside = self.at + first.len_utf8();
            // To the quote that closes it, or to the end of the line.
            let text = self.run(inside, |c| !quote.contains(&c) && c != '\n');
            let closing = self.source[text..].chars().next();
            let end = text + closing.filter(|c| *c != '\n').map_or(0, char::len_utf8);
            let message = format!("`{first}` is a curly quote, which conditions do not know");
            let help = format!("write straight quotes: `'{}'`", &self.source[inside..text]);
            self.refuse(end, Code::Syntax, message, &help);
        } else {
            let end = self
                .run(self.at, char::is_alphabetic)
                .max(self.at + first.len_utf8());
            let message = format!("`{}` is not a sign or a name", &self.source[self.at..end]);
            self.refuse(
                end,
                Code::Syntax,
                message,
                "names are letters without accents, digits and `_`; texts stand between quotes",
            );
        }
    }

    fn text(&mut self, quote: char) {
        let mut escaped = false;
        for (offset, c) in self.rest().char_indices().skip(1) {
            match c {
                '\n' | '\r' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == quote => {
                    let end = self.at + offset + 1;
                    // Three quotes in a row would begin another kind of text.
                    if offset == 1 && self.source[end..].starts_with(quote) {
                        let message = "conditions have no text between triple quotes".to_owned();
                        self.refuse(
                            self.run(end, |c| c == quote),
                            Code::NotSupported,
                            message,
                            "write the text between plain quotes",
                        );
                    } else {
                        self.push(Kind::Text, end);
                    }
                    return;
                }
                _ => {}
            }
        }
        let end = self.run(self.at, |c| c != '\n');
        self.refuse(
            end,
            Code::Syntax,
            "the text does not end".to_owned(),
            "close it with the quote it begins with, on the same line",
        );
    }

    fn number(&mut self) {
        let digits = self.run(self.at, |c| c.is_ascii_digit());
        let mut end = digits;
        let mut kind = Kind::Integer;
        if self.source[digits..].starts_with('.') {
            let decimals = self.run(digits + 1, |c| c.is_ascii_digit());
            if decimals > digits + 1 {
                end = decimals;
                kind = Kind::Decimal;
            }
        }
        let whole = self.run(end, |c| c.is_ascii_alphanumeric() || c == '_');
        if whole > end {
            let message = format!("`{}` is not a number", &self.source[self.at..whole]);
            self.refuse(
                whole,
                Code::Syntax,
                message,
                "write digits only: 12 for a number, 12.50 for an amount of money",
            );
        } else if kind == Kind::Integer && self.source[self.at..end].parse::<i64>().is_err() {
            let message = format!("`{}` is too large", &self.source[self.at..end]);
            self.refuse(
                end,
                Code::Syntax,
                message,
                "write a number of at most 18 digits",
            );
        } else {
            self.push(kind, end);
        }
    }

    /// Pairs brackets, and bounds how deep they and `? :` go.
    fn nest(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        let mut choices = 0;
        let mut deepest: Option<Range<usize>> = None;
        for index in 0..self.tokens.len() {
            let span = self.tokens[index].span.clone();
            if self.tokens[index].kind != Kind::Sign {
                continue;
            }
            match &self.source[span.clone()] {
                "(" | "[" => open.push(index),
                "?" => choices += 1,
                close @ (")" | "]") => {
                    let opens = if close == ")" { "(" } else { "[" };
                    match open.pop() {
                        Some(start) if &self.source[self.tokens[start].span.clone()] == opens => {
                            self.tokens[start].pair = Some(index);
                            self.tokens[index].pair = Some(start);
                        }
                        _ => {
                            let help = "take it away, or open it before";
                            self.problems.push(Problem::new(
                                Code::Syntax,
                                span,
                                format!("`{close}` closes nothing"),
                                help,
                            ));
                            return;
                        }
                    }
                }
                _ => {}
            }
            if open.len() + choices > MOST_NESTED && deepest.is_none() {
                deepest = Some(span);
            }
        }
        if let Some(span) = deepest {
            self.problems.push(too_long(
                span,
                format!("nested more than {MOST_NESTED} deep"),
            ));
        }
        if let Some(start) = open.pop() {
            let span = self.tokens[start].span.clone();
            let message = format!("`{}` is never closed", &self.source[span.clone()]);
            self.problems
                .push(Problem::new(Code::Syntax, span, message, "close it"));
        }
    }
}
