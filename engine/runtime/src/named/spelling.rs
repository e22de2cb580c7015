//! The ways in which one text can be read that somebody sent.

use data_encoding::BASE64;
use percent_encoding::percent_decode_str;

/// How many readings are made at most: one may be spelt within another.
const MOST_READINGS: usize = 8;

/// A record that names somebody is no shorter in base64.
const SHORTEST_CODED: usize = 16;

/// What was sent, as it stands, and as whoever decodes it reads it. None of them need be whole.
pub(super) fn readings(sent: &[u8]) -> Vec<String> {
    let mut readings = vec![String::from_utf8_lossy(sent).into_owned()];
    let mut at = 0;
    while at < readings.len() {
        for decoded in [unescaped, percent_decoded, in_base64] {
            if readings.len() < MOST_READINGS
                && let Some(reading) = decoded(&readings[at])
                && !readings.contains(&reading)
            {
                readings.push(reading);
            }
        }
        at += 1;
    }
    readings
}

/// Without JSON's escapes; none where there are none. What stands for a space or a control character is a space.
fn unescaped(text: &str) -> Option<String> {
    let mut rest = text;
    let mut read = String::new();
    while let Some((before, after)) = rest.split_once('\\') {
        read.push_str(before);
        let mut units = Vec::new();
        rest = after;
        // The two halves of a character stand one behind the other.
        if let Some((first, left)) = unit(after) {
            units.push(first);
            rest = left;
            while let Some((next, left)) = rest.strip_prefix('\\').and_then(unit) {
                units.push(next);
                rest = left;
            }
            read.extend(
                char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
            );
            continue;
        }
        let mut following = after.chars();
        match following.next() {
            Some('n' | 'r' | 't' | 'b' | 'f') => read.push(' '),
            Some(c @ ('"' | '/' | '\\')) => read.push(c),
            _ => {
                read.push('\\');
                continue;
            }
        }
        rest = following.as_str();
    }
    if rest.len() == text.len() {
        return None;
    }
    read.push_str(rest);
    Some(read)
}

/// The unit that `u00e9` names, and what is behind it.
fn unit(text: &str) -> Option<(u16, &str)> {
    let digits = text.strip_prefix('u')?;
    let (unit, rest) = digits.split_at_checked(4)?;
    let whole = unit.bytes().all(|digit| digit.is_ascii_hexdigit());
    let unit = u16::from_str_radix(unit, 16).ok().filter(|_| whole)?;
    Some((unit, rest))
}

/// Percent-decoded; none where nothing is encoded. A `%` that begins nothing stands for itself.
fn percent_decoded(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    (decoded != text).then(|| decoded.into_owned())
}

/// What stands in it in base64, as the data of a CloudEvent may; none where nothing does. It need not be JSON.
fn in_base64(text: &str) -> Option<String> {
    let coded = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let long = text
        .split(|c| !coded(c))
        .filter(|word| word.len() >= SHORTEST_CODED);
    let decoded: Vec<_> = long
        .filter_map(|word| BASE64.decode(word.as_bytes()).ok())
        .collect();
    (!decoded.is_empty()).then(|| String::from_utf8_lossy(&decoded.join(&b' ')).into_owned())
}
