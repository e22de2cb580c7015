//! Where the parts of an expression stand in its text.

use std::ops::Range;

use ::cel::IdedExpr;
use ::cel::common::ast::{Expr as Cel, operators};

use super::lower::Lowering;
use super::scan::{Kind, Token};

impl<'a> Lowering<'a> {
    /// The token the parser made a node from: a name, a literal, an operator, or the bracket that opens a call.
    pub(super) fn token(&self, node: &IdedExpr) -> Option<&'a Token> {
        self.token_index(node)
            .map(|index| &self.scanned.tokens[index])
    }

    fn token_index(&self, node: &IdedExpr) -> Option<usize> {
        let (start, _) = self.places.offset_for(node.id)?;
        // The parser counts bytes.
        let start = usize::try_from(start).ok()?;
        self.scanned
            .tokens
            .binary_search_by_key(&start, |token| token.span.start)
            .ok()
    }

    /// Where a node is in the text, in bytes.
    pub(super) fn span(&self, node: &IdedExpr) -> Range<usize> {
        let tokens = &self.scanned.tokens;
        let mut span = match self.token_index(node) {
            Some(index) => {
                let mut span = tokens[index].span.clone();
                if let Some(end) = tokens[index].pair {
                    span.end = span.end.max(tokens[end].span.end);
                }
                match &node.expr {
                    // A call is placed at its bracket, a field at its point, a negative number after its sign.
                    Cel::Call(call) if call.func_name != operators::INDEX => {
                        if let Some(before) = index.checked_sub(1)
                            && tokens[index].pair.is_some()
                            && tokens[before].kind == Kind::Name
                        {
                            span.start = tokens[before].span.start;
                        }
                    }
                    Cel::Select(_) => {
                        span.end = tokens
                            .get(index + 1)
                            .map_or(span.end, |field| field.span.end);
                    }
                    Cel::Call(_)
                    | Cel::Literal(_)
                    | Cel::Ident(_)
                    | Cel::List(_)
                    | Cel::Map(_)
                    | Cel::Struct(_)
                    | Cel::Comprehension(_)
                    | Cel::Unspecified => {}
                }
                span
            }
            None => 0..self.scanned.source.len(),
        };
        let mut include = |child: &IdedExpr| {
            let inner = self.span(child);
            span = span.start.min(inner.start)..span.end.max(inner.end);
        };
        match &node.expr {
            Cel::Call(call) => call
                .target
                .iter()
                .map(|target| &**target)
                .chain(&call.args)
                .for_each(&mut include),
            Cel::Select(select) => include(&select.operand),
            Cel::List(_)
            | Cel::Literal(_)
            | Cel::Ident(_)
            | Cel::Map(_)
            | Cel::Struct(_)
            | Cel::Comprehension(_)
            | Cel::Unspecified => {}
        }
        span
    }

    pub(super) fn written(&self, span: &Range<usize>) -> &'a str {
        &self.scanned.source[span.clone()]
    }
}
