//! How far somebody is from a court or an office, as the law counts distance.

use super::rule::Distance;
use super::territory::Territory;

/// Where somebody lives, or where a court or an office has its seat (Code de procédure civile, art. 643 and 644; CJA, art. R421-7).
///
/// What counts is whether it is the same part of France, whatever its holidays: Strasbourg is as near to Paris as Lyon is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whereabouts {
    /// European France.
    Metropole,
    /// The department or collectivity overseas that begins its INSEE codes with this number: 971 to 989.
    Overseas(u16),
    /// Another country.
    Abroad,
}

impl Whereabouts {
    /// Where a commune, a department or a country is, by its INSEE code. Countries are 99 and three digits.
    ///
    /// `None` when it is none of these; France as a country, 99100, does not say which part of it.
    ///
    /// ```
    /// use parcours_core::calendar::Whereabouts;
    ///
    /// assert_eq!(Whereabouts::from_insee("69123"), Some(Whereabouts::Metropole));
    /// assert_eq!(Whereabouts::from_insee("97105"), Some(Whereabouts::Overseas(971)));
    /// assert_eq!(Whereabouts::from_insee("98818"), Some(Whereabouts::Overseas(988))); // Nouméa
    /// assert_eq!(Whereabouts::from_insee("99109"), Some(Whereabouts::Abroad)); // Germany
    /// assert_eq!(Whereabouts::from_insee("99100"), None);
    /// assert_eq!(Whereabouts::from_insee("Lyon"), None);
    /// ```
    pub fn from_insee(code: &str) -> Option<Self> {
        if let Some(territory) = Territory::from_insee(code) {
            return Some(Self::of(territory));
        }
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        match (code.len(), code.get(..3)?.parse()) {
            (5, Ok(990..=999)) if digits && code != "99100" => Some(Self::Abroad),
            (3 | 5, Ok(number @ (984 | 986..=989))) if digits => Some(Self::Overseas(number)),
            (_, Ok(_) | Err(_)) => None,
        }
    }

    /// The part of France that a territory is in.
    pub const fn of(territory: Territory) -> Self {
        match territory {
            Territory::Metropole | Territory::AlsaceMoselle => Self::Metropole,
            Territory::Guadeloupe => Self::Overseas(971),
            Territory::Martinique => Self::Overseas(972),
            Territory::Guyane => Self::Overseas(973),
            Territory::Reunion => Self::Overseas(974),
            Territory::SaintPierreEtMiquelon => Self::Overseas(975),
            Territory::Mayotte => Self::Overseas(976),
            Territory::SaintBarthelemy => Self::Overseas(977),
            Territory::SaintMartin => Self::Overseas(978),
        }
    }

    /// How far somebody who lives here is from a seat in France; `None` for a seat abroad, of which the texts say nothing.
    pub fn from_seat(self, seat: Self) -> Option<Distance> {
        match (self, seat) {
            (_, Self::Abroad) => None,
            (Self::Abroad, _) => Some(Distance::Abroad),
            (home, seat) if home == seat => Some(Distance::Near),
            (_, _) => Some(Distance::Overseas),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_counted_from_the_seat() {
        let at = |code| Whereabouts::from_insee(code).expect("a code");
        for (home, seat, distance) in [
            ("69123", "75056", Distance::Near),
            ("67482", "75056", Distance::Near),
            ("97105", "75056", Distance::Overseas),
            ("75056", "97105", Distance::Overseas),
            ("97209", "97105", Distance::Overseas),
            ("97120", "97105", Distance::Near),
            ("98818", "75056", Distance::Overseas),
            ("97127", "97801", Distance::Near),
            ("99109", "75056", Distance::Abroad),
            ("99109", "97105", Distance::Abroad),
        ] {
            assert_eq!(
                at(home).from_seat(at(seat)),
                Some(distance),
                "{home} {seat}"
            );
        }
        assert_eq!(at("75056").from_seat(at("99109")), None);
    }

    #[test]
    fn what_is_no_code_is_nowhere() {
        for code in [
            "", "7", "é1", "990", "9910", "99a09", "985", "98500", "96", "Paris",
        ] {
            assert_eq!(Whereabouts::from_insee(code), None, "{code}");
        }
    }
}
