//! What somebody may have meant: the nearest name, or the nearest sentence.

/// Changes of one letter between two texts; as many as `most` and no more are counted.
fn distance(one: &str, other: &str, most: usize) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return most + 1;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let cost = if a == b {
                corner
            } else {
                1 + corner.min(row[j]).min(row[j + 1])
            };
            corner = row[j + 1];
            row[j + 1] = cost;
        }
    }
    row.last().copied().unwrap_or(most + 1)
}

/// `; did you mean …?`, or `; there are: …` when nothing is near.
pub(crate) fn of<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let most = text.chars().count() / 3 + 1;
    let near = known
        .iter()
        .map(|name| (distance(text, name, most), *name))
        .min();
    match near {
        Some((far, name)) if far <= most => format!("; → `{name}` ?"),
        Some(_) | None if known.len() > 20 => String::new(),
        Some(_) | None => format!(" : {}", known.join(", ")),
    }
}

/// A sentence without what varies in it: what is in quotes or parentheses, days and numbers.
fn bare(sentence: &str) -> String {
    let mut bare = String::new();
    let mut quoted = false;
    for letter in sentence.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                bare.push('"');
            }
            _ if quoted => {}
            '’' => bare.push('\''),
            _ if letter.is_ascii_digit() => {
                if !bare.ends_with('0') {
                    bare.push('0');
                }
            }
            _ => bare.extend(letter.to_lowercase()),
        }
    }
    bare.replace("0-0-0", "0")
}

/// The sentences among `known` that are most like `sentence`, whatever names, days and numbers they hold: the nearest first, and
/// with it those that are nearly as near.
pub(crate) fn sentences<'a>(sentence: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = bare(sentence);
    let most = wanted.chars().count().max(40);
    let mut near: Vec<(usize, &str)> = known
        .map(|each| (distance(&wanted, &bare(each), most), each))
        .collect();
    near.sort_unstable();
    near.dedup_by(|one, other| bare(one.1) == bare(other.1));
    let nearest = near.first().map_or(0, |(far, _)| *far);
    near.into_iter()
        .take_while(|(far, _)| *far <= nearest + nearest / 2 + 2)
        .take(3)
        .map(|(_, each)| each)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_recognised() {
        assert_eq!(
            of(
                "declare_brith",
                ["declare_birth", "record_birth"].into_iter()
            ),
            "; → `declare_birth` ?"
        );
        assert_eq!(
            of("zzz", ["declare_birth", "record_birth"].into_iter()),
            " : declare_birth, record_birth"
        );
    }

    #[test]
    fn names_and_days_do_not_count_in_a_sentence() {
        let known = [
            "the step \"a\" is due by 2026-03-02",
            "the fact \"a\" is 2",
            "nothing changes",
        ];
        let near = sentences(
            "the step \"declare_birth\" (child 1) is du by 2027-12-31",
            known.into_iter(),
        );
        assert_eq!(near, ["the step \"a\" is due by 2026-03-02"]);
    }
}
