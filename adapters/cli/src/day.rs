//! Days, as they are given on the command line.

use chrono::NaiveDate;

/// A day, as year-month-day.
///
/// # Errors
/// What is wrong and how it is written; the same day, where it was written in the French way.
pub(crate) fn a_day(text: &str) -> Result<NaiveDate, String> {
    if let Ok(day) = text.parse() {
        return Ok(day);
    }
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let numbers = parts.iter().map(|part| part.parse::<u32>().ok());
    let numbers: Option<Vec<u32>> = numbers.collect();
    let meant = match numbers.as_deref() {
        Some([day, month, year]) if *year >= 1000 => Some((*year, *month, *day)),
        Some([year, month, day]) if *year >= 1000 => Some((*year, *month, *day)),
        _ => None,
    };
    let Some((year, month, day)) = meant else {
        return Err("a day is written year-month-day: 2026-05-22".to_owned());
    };
    let there = i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    Err(match there {
        Some(day) => format!("a day is written year-month-day: {day}"),
        None => format!(
            "there is no day {day} in month {month} of {year}; a day is written year-month-day: 2026-05-22"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::a_day;

    #[test]
    fn a_day_that_is_written_otherwise_is_told_how() {
        assert_eq!(
            a_day("2026-04-30").expect("a day").to_string(),
            "2026-04-30"
        );
        for (text, remedy) in [
            ("30/04/2026", "a day is written year-month-day: 2026-04-30"),
            ("2026/4/3", "a day is written year-month-day: 2026-04-03"),
            (
                "31/04/2026",
                "there is no day 31 in month 4 of 2026; a day is written year-month-day: 2026-05-22",
            ),
            (
                "2026-02-30",
                "there is no day 30 in month 2 of 2026; a day is written year-month-day: 2026-05-22",
            ),
            ("demain", "a day is written year-month-day: 2026-05-22"),
        ] {
            assert_eq!(a_day(text).expect_err("no day"), remedy, "{text}");
        }
    }
}
