//! *Did you mean…?*

/// The remedy for a name that does not exist: the nearest one that does, or all of them when they are few.
pub(crate) fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    let nearest = known
        .iter()
        .map(|name| (distance(given, name), *name))
        .filter(|(distance, name)| {
            *distance <= 1 + name.chars().count().max(given.chars().count()) / 4
        })
        .min();
    match nearest {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "there is none to choose from here".to_owned(),
        None if known.len() <= 12 => {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("there is {}", names.join(", "))
        }
        None => format!("none of the {} that exist resembles it", known.len()),
    }
}

/// How many letters must be added, removed, changed or swapped with their neighbour to go from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().take(64).collect();
    let to: Vec<char> = to.chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let changed = last[column] + usize::from(letter != other);
            let mut least = changed.min(last[column + 1] + 1).min(line[column] + 1);
            let swapped =
                row > 0 && column > 0 && from[row - 1] == *other && to[column - 1] == *letter;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut last, line);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered() {
        assert_eq!(
            did_you_mean("dependant_children", ["dependent_children", "union"]),
            "did you mean `dependent_children`?"
        );
        assert_eq!(
            did_you_mean("explian", ["explain", "each"]),
            "did you mean `explain`?"
        );
    }

    #[test]
    fn names_that_resemble_nothing_get_the_list() {
        assert_eq!(
            did_you_mean("bank", ["caf", "mairie"]),
            "there is `caf`, `mairie`"
        );
        assert_eq!(did_you_mean("x", []), "there is none to choose from here");
    }
}
