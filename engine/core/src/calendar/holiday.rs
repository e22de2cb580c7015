//! Public holidays, by year and by territory. The list is itself law, and so itself dated.

use alloc::vec::Vec;

use chrono::{Days, NaiveDate};

use super::territory::Territory;

/// A name in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// In French.
    pub fr: &'static str,
    /// In English.
    pub en: &'static str,
}

/// A public holiday: a day on which offices are closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// What is kept on that day.
    pub name: Name,
    /// The text that makes it a holiday.
    pub source: &'static str,
}

const NATIONAL: &str = "Code du travail, art. L3133-1";
const LOCAL: &str = "Code du travail, art. L3134-13";
const ABOLITION: &str = "Loi n° 83-550 du 30 juin 1983; Code du travail, art. L3422-2";

/// How the day is found in a year.
#[derive(Clone, Copy)]
enum When {
    /// Month and day.
    Fixed(u32, u32),
    /// Days after Easter Sunday; before it when negative.
    Easter(i64),
}

/// One line of law: this day is a holiday in these years.
struct Entry {
    when: When,
    name: Name,
    source: &'static str,
    years: &'static [(i32, i32)],
}

const ALWAYS: i32 = i32::MAX;

const fn entry(
    when: When,
    fr: &'static str,
    en: &'static str,
    source: &'static str,
    years: &'static [(i32, i32)],
) -> Entry {
    Entry {
        when,
        name: Name { fr, en },
        source,
        years,
    }
}

/// Kept everywhere. 8 May was a holiday from 1953 to 1959, and is one again since 1982 (Loi n° 81-893 of 2 October 1981).
const EVERYWHERE: &[Entry] = &[
    entry(
        When::Fixed(1, 1),
        "Jour de l’an",
        "New Year’s Day",
        NATIONAL,
        &[(1811, ALWAYS)],
    ),
    entry(
        When::Easter(1),
        "Lundi de Pâques",
        "Easter Monday",
        NATIONAL,
        &[(1886, ALWAYS)],
    ),
    entry(
        When::Fixed(5, 1),
        "Fête du Travail",
        "Labour Day",
        NATIONAL,
        &[(1920, ALWAYS)],
    ),
    entry(
        When::Fixed(5, 8),
        "Victoire 1945",
        "Victory Day",
        NATIONAL,
        &[(1953, 1959), (1982, ALWAYS)],
    ),
    entry(
        When::Easter(39),
        "Ascension",
        "Ascension Day",
        NATIONAL,
        &[(1802, ALWAYS)],
    ),
    entry(
        When::Easter(50),
        "Lundi de Pentecôte",
        "Whit Monday",
        NATIONAL,
        &[(1886, ALWAYS)],
    ),
    entry(
        When::Fixed(7, 14),
        "Fête nationale",
        "National Day",
        NATIONAL,
        &[(1880, ALWAYS)],
    ),
    entry(
        When::Fixed(8, 15),
        "Assomption",
        "Assumption Day",
        NATIONAL,
        &[(1802, ALWAYS)],
    ),
    entry(
        When::Fixed(11, 1),
        "Toussaint",
        "All Saints’ Day",
        NATIONAL,
        &[(1802, ALWAYS)],
    ),
    entry(
        When::Fixed(11, 11),
        "Armistice 1918",
        "Armistice Day",
        NATIONAL,
        &[(1918, ALWAYS)],
    ),
    entry(
        When::Fixed(12, 25),
        "Noël",
        "Christmas Day",
        NATIONAL,
        &[(1802, ALWAYS)],
    ),
];

const ALSACE_MOSELLE: &[Entry] = &[
    entry(
        When::Easter(-2),
        "Vendredi saint",
        "Good Friday",
        LOCAL,
        &[(1892, ALWAYS)],
    ),
    entry(
        When::Fixed(12, 26),
        "Saint-Étienne",
        "St Stephen’s Day",
        LOCAL,
        &[(1892, ALWAYS)],
    ),
];

const fn abolition(month: u32, day: u32, years: &'static [(i32, i32)]) -> Entry {
    entry(
        When::Fixed(month, day),
        "Abolition de l’esclavage",
        "Abolition of Slavery Day",
        ABOLITION,
        years,
    )
}

const GUADELOUPE: &[Entry] = &[abolition(5, 27, &[(1983, ALWAYS)])];
const MARTINIQUE: &[Entry] = &[abolition(5, 22, &[(1983, ALWAYS)])];
const GUYANE: &[Entry] = &[abolition(6, 10, &[(1983, ALWAYS)])];
const REUNION: &[Entry] = &[abolition(12, 20, &[(1981, ALWAYS)])];
const MAYOTTE: &[Entry] = &[abolition(4, 27, &[(1983, ALWAYS)])];
const SAINT_BARTHELEMY: &[Entry] = &[abolition(10, 9, &[(1983, ALWAYS)])];
const SAINT_MARTIN: &[Entry] = &[
    abolition(5, 27, &[(1983, 2017)]),
    abolition(5, 28, &[(2018, ALWAYS)]),
];

const fn own(territory: Territory) -> &'static [Entry] {
    match territory {
        Territory::Metropole | Territory::SaintPierreEtMiquelon => &[],
        Territory::AlsaceMoselle => ALSACE_MOSELLE,
        Territory::Guadeloupe => GUADELOUPE,
        Territory::Martinique => MARTINIQUE,
        Territory::Guyane => GUYANE,
        Territory::Reunion => REUNION,
        Territory::Mayotte => MAYOTTE,
        Territory::SaintBarthelemy => SAINT_BARTHELEMY,
        Territory::SaintMartin => SAINT_MARTIN,
    }
}

/// The public holidays of `year` in `territory`, in the order of their dates.
///
/// # Properties
///
/// - Two holidays may fall on one day (in 2008, Ascension fell on 1 May): both are listed.
/// - The list of a year is the law of that year: 8 May is absent from 1960 to 1981, and Saint-Martin moved its day
///   from 27 to 28 May in 2018.
/// - A year outside the Gregorian calendar or without a date type (before 1583, after 9999) has no holiday.
///
/// ```
/// use parcours_core::calendar::{Territory, holidays};
///
/// let names: Vec<_> = holidays(2026, Territory::AlsaceMoselle).iter().map(|holiday| holiday.name.en).collect();
/// assert_eq!(names.len(), 13);
/// assert_eq!(names[1], "Good Friday");
/// ```
pub fn holidays(year: i32, territory: Territory) -> Vec<Holiday> {
    let Some(easter) = easter_sunday(year) else {
        return Vec::new();
    };
    let mut found: Vec<Holiday> = EVERYWHERE
        .iter()
        .chain(own(territory))
        .filter(|entry| {
            entry
                .years
                .iter()
                .any(|(first, last)| (*first..=*last).contains(&year))
        })
        .filter_map(|entry| {
            let date = match entry.when {
                When::Fixed(month, day) => NaiveDate::from_ymd_opt(year, month, day),
                When::Easter(days) if days < 0 => {
                    easter.checked_sub_days(Days::new(days.unsigned_abs()))
                }
                When::Easter(days) => easter.checked_add_days(Days::new(days.unsigned_abs())),
            }?;
            Some(Holiday {
                date,
                name: entry.name,
                source: entry.source,
            })
        })
        .collect();
    found.sort_by_key(|holiday| holiday.date);
    found
}

/// Easter Sunday of a Gregorian year (1583 to 9999), by the anonymous computus.
///
/// ```
/// # use parcours_core::calendar::easter_sunday;
/// assert_eq!(easter_sunday(2026).map(|date| date.to_string()).as_deref(), Some("2026-04-05"));
/// ```
pub fn easter_sunday(year: i32) -> Option<NaiveDate> {
    if !super::moment::YEARS.contains(&year) {
        return None;
    }
    let golden = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let moon_shift = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - moon_shift + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let march_based = epact + weekday - 7 * late + 114;
    let (month, day) = (march_based / 31, march_based % 31 + 1);
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn easter_falls_where_the_almanac_says() {
        let almanac = [
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
        ];
        for (year, day) in (2024..).zip(almanac) {
            assert_eq!(
                easter_sunday(year).expect("a Gregorian year").to_string(),
                day
            );
        }
        assert_eq!(easter_sunday(1582), None);
        assert_eq!(easter_sunday(10_000), None);
    }

    fn days(year: i32, territory: Territory) -> Vec<String> {
        holidays(year, territory)
            .iter()
            .map(|holiday| holiday.date.format("%m-%d").to_string())
            .collect()
    }

    #[test]
    fn the_national_list_of_2026() {
        assert_eq!(
            days(2026, Territory::Metropole),
            [
                "01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01",
                "11-11", "12-25"
            ]
        );
    }

    #[test]
    fn the_eighth_of_may_was_not_kept_from_1960_to_1981() {
        let kept = |year| days(year, Territory::Metropole).contains(&"05-08".to_string());
        assert_eq!(
            [1952, 1953, 1959, 1960, 1981, 1982].map(kept),
            [false, true, true, false, false, true]
        );
    }

    #[test]
    fn each_territory_keeps_its_own_days() {
        let extra = |territory, year| {
            let national = days(year, Territory::Metropole);
            days(year, territory)
                .into_iter()
                .filter(|day| !national.contains(day))
                .collect::<Vec<_>>()
        };
        assert_eq!(extra(Territory::AlsaceMoselle, 2026), ["04-03", "12-26"]);
        assert_eq!(extra(Territory::Mayotte, 2026), ["04-27"]);
        assert_eq!(extra(Territory::Martinique, 2026), ["05-22"]);
        assert_eq!(extra(Territory::Guadeloupe, 2026), ["05-27"]);
        assert_eq!(extra(Territory::Guyane, 2026), ["06-10"]);
        assert_eq!(extra(Territory::SaintBarthelemy, 2026), ["10-09"]);
        assert_eq!(extra(Territory::Reunion, 2026), ["12-20"]);
        assert_eq!(extra(Territory::SaintMartin, 2017), ["05-27"]);
        assert_eq!(extra(Territory::SaintMartin, 2018), ["05-28"]);
        assert!(extra(Territory::SaintPierreEtMiquelon, 2026).is_empty());
    }
}
