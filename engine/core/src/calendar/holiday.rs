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
    /// Where in its territory it is one, when not everywhere: nobody here knows in which communes that is.
    pub only: Option<Name>,
}

const NATIONAL: &str = "Code du travail, art. L3133-1";
const LOCAL: &str = "Code du travail, art. L3134-13";
const ABOLITION: &str = "Loi n° 83-550 du 30 juin 1983; Code du travail, art. L3422-2";
const VICTORY_OF_1965: &str = "Décret du 1er avril 1965";

/// Good Friday in Alsace-Moselle (ordonnance of 16 August 1892, then the Code du travail).
const PROTESTANT_COMMUNES: Name = Name {
    fr: "seulement dans les communes qui ont un temple protestant ou une église mixte",
    en: "only in communes with a Protestant church or a mixed church",
};

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
    only: Option<Name>,
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
        only: None,
    }
}

/// Kept everywhere, each from the first year in which a text makes it a holiday on its day:
///
/// - Ascension, 15 August, 1 November and Christmas: the decree of 29 germinal an X (19 April 1802);
/// - 1 January: opinion of the Conseil d'État of 23 March 1810;
/// - 14 July: law of 6 July 1880; Easter Monday and Whit Monday: law of 8 March 1886;
/// - 11 November: law of 24 October 1922;
/// - 1 May: law n° 47-778 of 30 April 1947. That it was not worked in 1919, and from 1941 on, made it no holiday by law;
/// - 8 May: law n° 53-225 of 20 March 1953, until decree n° 59-533 of 11 April 1959 moved what is kept to a Sunday; once
///   more in 1965, for its twentieth year; again since 1982 (law n° 81-893 of 2 October 1981).
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
        &[(1947, ALWAYS)],
    ),
    entry(
        When::Fixed(5, 8),
        "Victoire 1945",
        "Victory Day",
        NATIONAL,
        &[(1953, 1958), (1982, ALWAYS)],
    ),
    entry(
        When::Fixed(5, 8),
        "Victoire 1945",
        "Victory Day",
        VICTORY_OF_1965,
        &[(1965, 1965)],
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
        &[(1922, ALWAYS)],
    ),
    entry(
        When::Fixed(12, 25),
        "Noël",
        "Christmas Day",
        NATIONAL,
        &[(1802, ALWAYS)],
    ),
];

/// Kept there besides, by an ordonnance of 16 August 1892 that the Code du travail has taken over.
const ALSACE_MOSELLE: &[Entry] = &[
    Entry {
        only: Some(PROTESTANT_COMMUNES),
        ..entry(
            When::Easter(-2),
            "Vendredi saint",
            "Good Friday",
            LOCAL,
            &[(1893, ALWAYS)],
        )
    },
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

// The law is of June 1983 and the decree that names the days (n° 83-1003) of 23 November: 20 December is the only one that
// was still to come that year.
const GUADELOUPE: &[Entry] = &[abolition(5, 27, &[(1984, ALWAYS)])];
const MARTINIQUE: &[Entry] = &[abolition(5, 22, &[(1984, ALWAYS)])];
const GUYANE: &[Entry] = &[abolition(6, 10, &[(1984, ALWAYS)])];
const REUNION: &[Entry] = &[abolition(12, 20, &[(1983, ALWAYS)])];
const MAYOTTE: &[Entry] = &[abolition(4, 27, &[(1984, ALWAYS)])];
// A commune of Guadeloupe until July 2007; a day of its own since decree n° 2012-553 of 23 April 2012.
const SAINT_BARTHELEMY: &[Entry] = &[
    abolition(5, 27, &[(1984, 2007)]),
    abolition(10, 9, &[(2012, ALWAYS)]),
];
// Likewise, but the day stayed that of Guadeloupe until 2018.
const SAINT_MARTIN: &[Entry] = &[
    abolition(5, 27, &[(1984, 2017)]),
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
/// - The list of a year is the law of that year: 8 May is absent from 1959 to 1981 but for 1965, and Saint-Martin moved
///   its day from 27 to 28 May in 2018.
/// - What is a holiday in some communes only is listed, and [says so](Holiday::only).
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
                only: entry.only,
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
    fn the_eighth_of_may_was_not_kept_from_1959_to_1981_but_once() {
        let kept = |year| days(year, Territory::Metropole).contains(&"05-08".to_string());
        assert_eq!(
            [1952, 1953, 1958, 1959, 1964, 1965, 1966, 1981, 1982].map(kept),
            [false, true, true, false, false, true, false, false, true]
        );
    }

    #[test]
    fn each_day_is_a_holiday_from_the_first_year_of_its_text() {
        let kept = |year, territory, day: &str| days(year, territory).contains(&day.to_string());
        for (territory, day, first) in [
            (Territory::Metropole, "01-01", 1811),
            (Territory::Metropole, "05-01", 1947),
            (Territory::Metropole, "07-14", 1880),
            (Territory::Metropole, "08-15", 1802),
            (Territory::Metropole, "11-11", 1922),
            (Territory::AlsaceMoselle, "12-26", 1892),
            (Territory::Guadeloupe, "05-27", 1984),
            (Territory::Martinique, "05-22", 1984),
            (Territory::Guyane, "06-10", 1984),
            (Territory::Reunion, "12-20", 1983),
            (Territory::Mayotte, "04-27", 1984),
            (Territory::SaintBarthelemy, "10-09", 2012),
        ] {
            assert!(kept(first, territory, day), "{day} of {first}");
            assert!(!kept(first - 1, territory, day), "{day} of {}", first - 1);
        }
    }

    #[test]
    fn good_friday_is_told_as_a_holiday_of_some_communes_only() {
        let found = holidays(2026, Territory::AlsaceMoselle);
        let doubtful: Vec<_> = found
            .iter()
            .filter(|holiday| holiday.only.is_some())
            .map(|holiday| holiday.name.en)
            .collect();
        assert_eq!(doubtful, ["Good Friday"]);
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
