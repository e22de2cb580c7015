//! What the services and types of life event declare, as far as it can be read: what definitions name.

use std::collections::{BTreeMap, BTreeSet};

use parcours_core::definition::OperationKind;
use parcours_core::value::Type;

use crate::raw::{RawLifeEvent, RawOperation, RawService};

/// Everything a definition can name outside of itself. `None` where the declaration is broken: nothing is said of it again.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) services: BTreeMap<String, KnownService>,
    pub(crate) life_events: BTreeMap<String, Option<Type>>,
    /// What `people:` of each type of life event names.
    pub(crate) people: BTreeMap<String, Option<BTreeSet<String>>>,
}

/// A service, by what it offers.
#[derive(Debug, Default)]
pub(crate) struct KnownService {
    /// The file cannot be read: every name may be in it.
    pub(crate) unread: bool,
    pub(crate) operations: BTreeMap<String, Option<KnownOperation>>,
    pub(crate) events: BTreeMap<String, Option<Type>>,
}

/// An operation's contract.
#[derive(Clone, Debug)]
pub(crate) struct KnownOperation {
    pub(crate) kind: OperationKind,
    pub(crate) arguments: Type,
    pub(crate) reply: Type,
    pub(crate) can_refuse: bool,
}

impl KnownOperation {
    pub(crate) fn of(raw: &RawOperation) -> Option<Self> {
        let record = |fields: &crate::read::Opt<crate::read::FieldsText>| match fields {
            crate::read::Opt::Given(fields) => Some(fields.0.ty.clone()),
            crate::read::Opt::Absent => Some(Type::Record(BTreeMap::new())),
            crate::read::Opt::Broken => None,
        };
        Some(Self {
            kind: raw.kind.get()?.value,
            arguments: record(&raw.arguments)?,
            reply: record(&raw.reply)?,
            can_refuse: raw
                .refusals
                .get()
                .is_some_and(|refusals| !refusals.entries.is_empty()),
        })
    }
}

impl KnownService {
    pub(crate) fn unread() -> Self {
        Self {
            unread: true,
            ..Self::default()
        }
    }

    pub(crate) fn of(raw: &RawService) -> Self {
        let operations = raw
            .operations
            .get()
            .into_iter()
            .flat_map(|named| &named.entries);
        let events = raw
            .events
            .get()
            .into_iter()
            .flat_map(|named| &named.entries);
        Self {
            unread: matches!(raw.operations, crate::read::Opt::Broken)
                || matches!(raw.events, crate::read::Opt::Broken),
            operations: operations
                .map(|(name, raw)| {
                    (
                        name.value.clone(),
                        raw.as_ref().and_then(KnownOperation::of),
                    )
                })
                .collect(),
            events: events
                .map(|(name, fields)| {
                    (
                        name.value.clone(),
                        fields.as_ref().map(|fields| fields.0.ty.clone()),
                    )
                })
                .collect(),
        }
    }
}

impl Known {
    /// All operations, as they are written elsewhere: `caf.read_household`.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (String, Option<&KnownOperation>)> {
        self.services.iter().flat_map(|(service, known)| {
            known
                .operations
                .iter()
                .map(move |(name, operation)| (format!("{service}.{name}"), operation.as_ref()))
        })
    }

    /// All service events, as they are written elsewhere.
    pub(crate) fn events(&self) -> impl Iterator<Item = String> {
        self.services.iter().flat_map(|(service, known)| {
            known
                .events
                .keys()
                .map(move |name| format!("{service}.{name}"))
        })
    }

    /// The properties of a life event that hold people.
    pub(crate) fn people_of(raw: &RawLifeEvent) -> Option<BTreeSet<String>> {
        let list = match &raw.people {
            crate::read::Opt::Broken => return None,
            crate::read::Opt::Absent => return Some(BTreeSet::new()),
            crate::read::Opt::Given(list) => list,
        };
        let names = list.items.iter().map(|id| id.0.value.clone());
        (!list.broken).then(|| names.collect())
    }

    /// The type that a life event's schema has.
    pub(crate) fn event_type(raw: &RawLifeEvent) -> Option<Type> {
        let schema = crate::read::json(&raw.schema.get()?.0);
        let mut ty = crate::life_event::shape(&schema).ok()?;
        // That it may be absent is told once, of the type itself.
        if let (Type::Record(fields), Some(date)) = (&mut ty, raw.date.get())
            && let Some(field) = fields.get_mut(&date.0.value)
        {
            field.optional = false;
        }
        Some(ty)
    }
}
