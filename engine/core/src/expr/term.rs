//! The tree of an expression.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::reference::Ref;
use crate::value::{Type, Value};

/// A checked expression: its tree, what it answers, and the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    source: Arc<str>,
    ty: Type,
    term: Arc<Term>,
}

impl Expr {
    /// An expression written as `source` that answers values of type `ty`.
    ///
    /// The language checks types when it makes one; a tree made by hand that mixes types evaluates to a
    /// [`Failure`](super::Failure), it never panics.
    pub fn new(source: impl Into<Arc<str>>, ty: Type, term: Term) -> Self {
        Self {
            source: source.into(),
            ty,
            term: Arc::new(term),
        }
    }

    /// The text it was written as.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The type of what it answers.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// Its tree.
    pub fn term(&self) -> &Term {
        &self.term
    }

    /// Everything it may read, whatever the answer: `event.children` for `event.children.all(c, c.alive)`.
    pub fn references(&self) -> BTreeSet<Ref> {
        let mut references = BTreeSet::new();
        self.term.visit(&mut |term| {
            if let Term::Read(reference) = term {
                references.insert(reference.clone());
            }
        });
        references
    }
}

/// Shows the text it was written as.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A value written in the expression; it holds no hole.
    Literal(Value),
    /// What a reference reads.
    Read(Ref),
    /// The item a macro is at, by the name the macro gives it.
    Var(Arc<str>),
    /// A field of a record.
    Field(Box<Term>, Arc<str>),
    /// An item of a list, the first being 0.
    Item(Box<Term>, usize),
    /// `has(x)`: whether a [`Term::Read`] or [`Term::Field`] is there to be read.
    Has(Box<Term>),
    /// `[a, b]`.
    List(Vec<Term>),
    /// `!a`.
    Not(Box<Term>),
    /// `a && b && …`; true when empty.
    And(Vec<Term>),
    /// `a || b || …`; false when empty.
    Or(Vec<Term>),
    /// `condition ? then : otherwise`.
    If(Box<Term>, Box<Term>, Box<Term>),
    /// `a < b` and the like.
    Compare(Comparison, Box<Term>, Box<Term>),
    /// `item in list`.
    In(Box<Term>, Box<Term>),
    /// `a + b`, of integers or amounts.
    Add(Box<Term>, Box<Term>),
    /// `a - b`, of integers or amounts.
    Subtract(Box<Term>, Box<Term>),
    /// `-a`, of an integer or an amount.
    Negate(Box<Term>),
    /// `size(list)`.
    Size(Box<Term>),
    /// `max(a, list, …)`: of values, and of the items of lists, together.
    Extreme(Extreme, Vec<Term>),
    /// `list.all(name, body)` and its kin.
    Each {
        /// What is made of the items.
        quantifier: Quantifier,
        /// The items.
        list: Box<Term>,
        /// The name of the item within the body.
        name: Arc<str>,
        /// What is asked of each item.
        body: Box<Term>,
    },
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// Which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extreme {
    /// The largest, or latest.
    Max,
    /// The smallest, or earliest.
    Min,
}

/// What a macro makes of the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quantifier {
    /// Whether the body holds for every item; true for none.
    All,
    /// Whether the body holds for some item.
    Exists,
    /// The items for which the body holds.
    Filter,
    /// The body's value for each item.
    Map,
}

impl Term {
    /// Shows every node to `see`, parents first.
    pub fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Term)) {
        see(self);
        match self {
            Self::Literal(_) | Self::Read(_) | Self::Var(_) => {}
            Self::Field(of, _) | Self::Item(of, _) => of.visit(see),
            Self::Has(one) | Self::Not(one) | Self::Negate(one) | Self::Size(one) => {
                one.visit(see);
            }
            Self::List(many) | Self::And(many) | Self::Or(many) | Self::Extreme(_, many) => {
                many.iter().for_each(|term| term.visit(see));
            }
            Self::If(condition, then, otherwise) => {
                condition.visit(see);
                then.visit(see);
                otherwise.visit(see);
            }
            Self::Compare(_, left, right)
            | Self::In(left, right)
            | Self::Add(left, right)
            | Self::Subtract(left, right) => {
                left.visit(see);
                right.visit(see);
            }
            Self::Each { list, body, .. } => {
                list.visit(see);
                body.visit(see);
            }
        }
    }
}
