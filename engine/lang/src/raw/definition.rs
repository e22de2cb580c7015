//! A law version of a journey.

use parcours_core::definition::RevisionReason;

use super::{RawCall, RawStep};
use crate::read::{
    Day, Id, Listed, Literal, Named, Opt, Raw, RawWords, Req, Said, Text, TypeText, choice, record,
};

record! {
    /// A journey under the law of one period: `journeys/<journey>/<from>.yaml`.
    RawDefinition as "a definition" {
        /// The name of the journey, which is also the folder's.
        journey: Req<Id>,
        /// What people call it.
        title: Req<RawWords>,
        /// One or two sentences: what this journey takes care of.
        summary: Opt<RawWords>,
        /// Which dates of fact this file is the law for.
        applies: Req<RawApplies>,
        /// Only in a file that repairs a published one.
        revision: Opt<Said<RawRevision>>,
        /// The life event that starts it.
        starts: Req<RawStarts>,
        /// Whose dossier it is in: a record with an `id`, or a text that is an id.
        holder: Req<Text>,
        /// People in roles, by singular names: `child: event.children`.
        people: Opt<Named<Text>>,
        /// Collections that are not people: vehicles, contracts.
        things: Opt<Named<Text>>,
        /// Amounts and durations that the law dates.
        values: Opt<Named<RawValue>>,
        /// What must be known, and who already knows it.
        facts: Opt<Named<RawFact>>,
        /// Date rules with a name, so that conditions can compare them.
        dates: Opt<Named<RawDate>>,
        /// Alternative ways through.
        routes: Opt<Named<RawRoute>>,
        /// What is to be done and what may be had, in the order people read it.
        steps: Req<Named<RawStep>>,
    }
}

record! {
    /// Which dates of fact a rule is the law for.
    RawApplies as "`applies`" {
        /// The date of fact that chooses. `max(a, b)`: a or b at or after `from`. Of a step, the journey's own when absent.
        by: Opt<Text>,
        /// The first date it applies to.
        from: Req<Day>,
        /// The first date it no longer applies to.
        until: Opt<Day>,
    }
}

record! {
    /// What a file repairs.
    RawRevision as "`revision`" {
        /// The hash of the file it stands in for.
        replaces: Req<Text>,
        /// When it was published.
        published_on: Req<Day>,
        /// What was wrong with the first one.
        reason: Req<ReasonWord>,
    }
}

choice! {
    /// Why a published file is replaced.
    ReasonWord as "a reason for a revision" => RevisionReason {
        "typo" => RevisionReason::Typo,
        "error" => RevisionReason::Error,
        "amended" => RevisionReason::Amended,
    }
}

record! {
    /// What starts a journey.
    RawStarts as "`starts`" {
        /// A type of life event.
        on: Req<Id>,
        /// A further condition over `event`.
        when: Opt<Text>,
    }
}

record! {
    /// An article, and where to read it.
    RawLaw as "an article" {
        /// `Code civil, art. 55`.
        r#ref: Req<Text>,
        /// Its page on Légifrance or service-public.gouv.fr.
        url: Opt<Text>,
    }
}

record! {
    /// A value that changes with the law.
    RawValue as "a value" {
        /// Its name on the pages.
        title: Opt<RawWords>,
        /// What it counts: hours, days, working days, business days, weeks, months, years or number; euros, date, or none. People read it in
        /// their language.
        unit: Req<Said<Text>>,
        /// boolean, integer, money, text or date.
        r#type: Req<TypeText>,
        /// The date of fact that chooses; the journey's own when absent.
        by: Opt<Text>,
        /// Each value by the first date of fact it applies to.
        from: Req<Dated>,
        /// Where the law says so.
        law: Opt<Said<Listed<RawLaw>>>,
    }
}

/// Values by date.
#[derive(Clone, Debug)]
pub(crate) struct Dated(pub(crate) Vec<(Day, Literal)>);

impl crate::read::Read for Dated {
    fn read(node: &crate::yaml::Node, reader: &mut crate::read::Reader<'_>) -> Option<Self> {
        let crate::yaml::Kind::Map(entries) = &node.kind else {
            reader.wrong_shape(
                node,
                "dates with their values",
                "write `{ 2002-01-01: 11, 2021-07-01: 25 }`",
            );
            return None;
        };
        let mut whole = !entries.is_empty();
        if entries.is_empty() {
            reader.wrong_shape(
                node,
                "at least one date with its value",
                "write `{ 2002-01-01: 11 }`",
            );
        }
        let mut dated = Vec::new();
        for (place, (key, value)) in entries.iter().enumerate() {
            let cents =
                key.value.len() <= 2 && key.value.bytes().all(|digit| digit.is_ascii_digit());
            if let Some((_, before)) = place.checked_sub(1).and_then(|place| entries.get(place))
                && cents
                && value.is_empty()
                && let crate::yaml::Kind::Scalar { text, .. } = &before.kind
            {
                let message = format!("the comma of `{text},{}` ends the amount", key.value);
                let remedy = format!("write it with a point: `{text}.{}`", key.value);
                let code = crate::diagnostic::Code::WrongShape;
                reader.report(code, key.span, message, remedy);
                whole = false;
                continue;
            }
            let as_node = crate::yaml::Node {
                span: key.span,
                kind: crate::yaml::Kind::Scalar {
                    text: key.value.clone(),
                    plain: true,
                },
            };
            let date = Day::read(&as_node, reader);
            match (date, Literal::read(value, reader)) {
                (Some(date), Some(value)) => dated.push((date, value)),
                _ => whole = false,
            }
        }
        whole.then_some(Self(dated))
    }

    fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let value = Literal::schema(generator);
        schemars::json_schema!({
            "type": "object",
            "propertyNames": { "format": "date" },
            "minProperties": 1,
            "additionalProperties": value,
        })
    }

    fn canonical(&self, part: crate::read::Part) -> Option<crate::read::Canonical> {
        crate::read::Canonical::map(
            self.0
                .iter()
                .map(|(date, value)| (date.value.to_string(), value.canonical(part))),
        )
    }
}

record! {
    /// What must be known.
    RawFact as "a fact" {
        /// boolean, integer, money, text, date, moment, `{ list: TYPE }` or `{ record: { name: TYPE } }`.
        r#type: Req<TypeText>,
        /// For a text, the words it may be and how they are said.
        choices: Opt<Named<RawWords>>,
        /// One fact for each of these people or things.
        each: Opt<Id>,
        /// Whose data it is: household, holder, or a role.
        about: Req<Id>,
        /// Why it may be used.
        purpose: Req<Id>,
        /// How long it is kept: journey, year or proof.
        retention: Opt<RetentionWord>,
        /// Its name on the pages.
        title: Req<RawWords>,
        /// How a person is asked for it.
        question: Opt<RawWords>,
        /// Where it comes from, in the order to try.
        from: Req<Listed<RawOrigin>>,
    }
}

choice! {
    /// How long a value about a person is kept.
    RetentionWord as "a retention class" => &'static str {
        "journey" => "journey",
        "year" => "year",
        "proof" => "proof",
    }
}

record! {
    /// One place a fact can come from: exactly one of `event`, `derived`, `service`, `ask`.
    RawOrigin as "an origin" {
        /// It is in the life event.
        event: Opt<Text>,
        /// It follows from other facts.
        derived: Opt<Text>,
        /// A service holds it.
        service: Opt<RawCall>,
        /// People in this role are asked.
        ask: Opt<Id>,
    }
}

record! {
    /// A date rule with a name.
    RawDate as "a date" {
        /// Its name on the pages.
        title: Opt<RawWords>,
        /// How it is reckoned.
        rule: Req<Raw>,
    }
}

record! {
    /// One of several ways through.
    RawRoute as "a route" {
        /// What it is called.
        title: Req<RawWords>,
        /// Its steps are in the plan while this holds.
        when: Req<Text>,
        /// Said when it is left.
        left: Opt<RawWords>,
    }
}
