//! Which types go together.

use parcours_core::value::Type;

/// Whether a value of type `from` can be used where `to` is expected.
pub(super) fn fits(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Choice(_), Type::Text) => true,
        (Type::Choice(from), Type::Choice(to)) => from.is_subset(to),
        (Type::List(from), Type::List(to)) => fits(from, to),
        (Type::Record(from), Type::Record(to)) => {
            // What is declared must be there; what is not declared must not.
            to.iter().all(|(name, field)| match from.get(name) {
                Some(given) => fits(&given.ty, &field.ty) && (field.optional || !given.optional),
                None => field.optional,
            }) && from.keys().all(|name| to.contains_key(name))
        }
        _ => from == to,
    }
}

/// The type of what is either one or the other.
pub(super) fn either(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Text, Type::Choice(_)) | (Type::Choice(_), Type::Text) => Some(Type::Text),
        (Type::Choice(left), Type::Choice(right)) => {
            Some(Type::Choice(left.union(right).cloned().collect()))
        }
        (Type::List(left), Type::List(right)) => either(left, right).map(Type::list),
        _ => (left == right).then(|| left.clone()),
    }
}
