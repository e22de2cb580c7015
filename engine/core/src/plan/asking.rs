//! Whom to ask for a fact: the service that holds it, else people; and what must be known before that service can be asked.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::definition::{Call, FactOrigin};
use crate::expr::{Failure, Lacking, Outcome, Root, eval};
use crate::journey::{FactKey, Inquiry, Subject};
use crate::name::{FactId, Role};
use crate::plan::situation::Situation;
use crate::value::{Reason, Value};

/// Who is to be asked next for a fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask<'a> {
    /// The service at this place in its `from:` list, with these arguments.
    Service(u16, &'a Call, BTreeMap<String, Value>),
    /// People in this role.
    People(&'a Role),
    /// First whoever tells these, without which the service that holds it cannot be asked.
    First(BTreeSet<FactKey>),
    /// Nobody is left.
    Nobody,
}

impl Situation<'_> {
    /// The facts that somebody could be asked for, so that these are no longer lacking.
    #[must_use]
    pub fn askable(
        &self,
        lacking: &BTreeSet<Lacking>,
        subject: Option<&Subject>,
    ) -> BTreeSet<FactKey> {
        let mut facts = BTreeSet::new();
        let mut rest: Vec<FactKey> = self
            .told_by_somebody(lacking, subject)
            .into_iter()
            .collect();
        while let Some(fact) = rest.pop() {
            if facts.insert(fact.clone())
                && !self.is_asked(&fact)
                && let Ask::First(more) = self.asks(&fact)
            {
                rest.extend(more);
            }
        }
        facts
    }

    /// Who is to be asked next for a fact, in the order of its `from:` list.
    #[must_use]
    pub fn asks(&self, key: &FactKey) -> Ask<'_> {
        self.asks_for(key, &mut BTreeSet::new())
    }

    /// `waiting` are the facts that this one comes before. The language refuses circles; this is the second lock.
    fn asks_for(&self, key: &FactKey, waiting: &mut BTreeSet<FactKey>) -> Ask<'_> {
        let Some(fact) = self.definition.facts.get(&key.id) else {
            return Ask::Nobody;
        };
        let inquiry = self.journey.inquiries.get(key);
        for (place, origin) in (0..).zip(&fact.from) {
            match origin {
                FactOrigin::Event(_) | FactOrigin::Derived(_) => {}
                FactOrigin::Service { .. }
                    if inquiry.is_some_and(|inquiry| self.said_no(inquiry, key, place, origin)) => {
                }
                FactOrigin::Service { call, .. } => match self.reading(call, key.of.as_ref()) {
                    Ok(arguments) => return Ask::Service(place, call, arguments),
                    Err(lacking) => {
                        let first = self.first(key, &lacking, waiting);
                        if !first.is_empty() {
                            return Ask::First(first);
                        }
                    }
                },
                FactOrigin::Ask(role) => return Ask::People(role),
            }
        }
        Ask::Nobody
    }

    /// The arguments of a reading call.
    ///
    /// # Errors
    /// What is lacking; nothing when it cannot be made for another reason.
    pub(crate) fn reading(
        &self,
        call: &Call,
        of: Option<&Subject>,
    ) -> Result<BTreeMap<String, Value>, BTreeSet<Lacking>> {
        let scope = self.of(of.cloned());
        let mut arguments = BTreeMap::new();
        let mut lacking = BTreeSet::new();
        let mut whole = true;
        for (name, expr) in &call.arguments {
            match eval(expr, &scope) {
                Outcome::Known { value, .. } if value.is_complete() => {
                    arguments.insert(name.clone(), value);
                }
                // An optional argument that nobody gave is not sent.
                Outcome::Failed {
                    failure: Failure::Absent(_),
                    ..
                } => {}
                Outcome::Unknown { lacking: more, .. } => lacking.extend(more),
                Outcome::Known { .. } | Outcome::Failed { .. } => whole = false,
            }
        }
        match (whole, lacking.is_empty()) {
            (true, true) => Ok(arguments),
            (true, false) => Err(lacking),
            (false, _) => Err(BTreeSet::new()),
        }
    }

    /// Whether this origin of a fact has said no, under this law or as another had it.
    fn said_no(&self, inquiry: &Inquiry, key: &FactKey, place: u16, origin: &FactOrigin) -> bool {
        inquiry.exhausted.iter().any(|(law, at)| {
            if *law == self.definition.hash {
                return *at == place;
            }
            let law = self.catalog.definition(law);
            law.and_then(|law| law.origin(key, *at)) == Some(origin)
        })
    }

    /// Of what a service cannot be asked without, all that can still be had.
    fn first(
        &self,
        key: &FactKey,
        lacking: &BTreeSet<Lacking>,
        waiting: &mut BTreeSet<FactKey>,
    ) -> BTreeSet<FactKey> {
        waiting.insert(key.clone());
        let mut facts = self.told_by_somebody(lacking, key.of.as_ref());
        facts.retain(|fact| {
            !waiting.contains(fact)
                && (self.is_asked(fact) || self.asks_for(fact, waiting) != Ask::Nobody)
        });
        waiting.remove(key);
        facts
    }

    /// Whether somebody was asked for it and has not answered.
    fn is_asked(&self, key: &FactKey) -> bool {
        let inquiry = self.journey.inquiries.get(key);
        inquiry.is_some_and(|inquiry| inquiry.pending.is_some() || inquiry.asked.is_some())
    }

    /// The facts behind what is lacking that a service or people tell.
    fn told_by_somebody(
        &self,
        lacking: &BTreeSet<Lacking>,
        subject: Option<&Subject>,
    ) -> BTreeSet<FactKey> {
        let mut facts = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut rest: Vec<Lacking> = lacking.iter().cloned().collect();
        while let Some(each) = rest.pop() {
            if each.reason != Reason::NotKnown || !seen.insert(each.reference.clone()) {
                continue;
            }
            if let Root::Fact(id) = each.reference.root()
                && let Ok(id) = FactId::new(id)
                && let Some(fact) = self.definition.facts.get(&id)
                && fact
                    .from
                    .iter()
                    .any(|origin| matches!(origin, FactOrigin::Service { .. } | FactOrigin::Ask(_)))
            {
                facts.insert(self.fact_key(&id, subject));
                continue;
            }
            rest.extend(self.behind(each.reference.root(), subject));
        }
        facts
    }
}
