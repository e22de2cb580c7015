//! The parts of France that have a holiday list of their own.

/// A part of France with one list of public holidays (Code du travail, art. L3133-1, L3134-13 and L3422-2).
///
/// A deadline uses the territory of the *service's* place, not of the citizen's home. Polynésie française,
/// Nouvelle-Calédonie and Wallis-et-Futuna set their own holidays and are not covered: their codes answer `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Territory {
    /// European France but Alsace and Moselle.
    Metropole,
    /// Bas-Rhin (67), Haut-Rhin (68) and Moselle (57): Good Friday and 26 December besides.
    ///
    /// Good Friday is a holiday only in communes with a Protestant or a mixed church. Which ones is not known here, so dates are
    /// reckoned as if it were one, and the [holiday](super::Holiday::only) and the working-out of a date say so.
    AlsaceMoselle,
    /// Guadeloupe (971).
    Guadeloupe,
    /// Martinique (972).
    Martinique,
    /// Guyane (973).
    Guyane,
    /// La Réunion (974).
    Reunion,
    /// Saint-Pierre-et-Miquelon (975): the national list.
    SaintPierreEtMiquelon,
    /// Mayotte (976).
    Mayotte,
    /// Saint-Barthélemy (977, formerly commune 97123 of Guadeloupe).
    SaintBarthelemy,
    /// Saint-Martin (978, formerly commune 97127 of Guadeloupe).
    SaintMartin,
}

impl Territory {
    /// All territories, in the order of their codes.
    pub const ALL: [Self; 10] = [
        Self::Metropole,
        Self::AlsaceMoselle,
        Self::Guadeloupe,
        Self::Martinique,
        Self::Guyane,
        Self::Reunion,
        Self::SaintPierreEtMiquelon,
        Self::Mayotte,
        Self::SaintBarthelemy,
        Self::SaintMartin,
    ];

    /// The name used in rules and on the command line: `metropole`, `alsace_moselle`, …
    pub const fn id(self) -> &'static str {
        match self {
            Self::Metropole => "metropole",
            Self::AlsaceMoselle => "alsace_moselle",
            Self::Guadeloupe => "guadeloupe",
            Self::Martinique => "martinique",
            Self::Guyane => "guyane",
            Self::Reunion => "reunion",
            Self::SaintPierreEtMiquelon => "saint_pierre_et_miquelon",
            Self::Mayotte => "mayotte",
            Self::SaintBarthelemy => "saint_barthelemy",
            Self::SaintMartin => "saint_martin",
        }
    }

    /// The name people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Metropole => "métropole",
            Self::AlsaceMoselle => "Alsace-Moselle",
            Self::Guadeloupe => "Guadeloupe",
            Self::Martinique => "Martinique",
            Self::Guyane => "Guyane",
            Self::Reunion => "La Réunion",
            Self::SaintPierreEtMiquelon => "Saint-Pierre-et-Miquelon",
            Self::Mayotte => "Mayotte",
            Self::SaintBarthelemy => "Saint-Barthélemy",
            Self::SaintMartin => "Saint-Martin",
        }
    }

    /// The territory with this [`id`](Self::id).
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|territory| territory.id() == id)
    }

    /// The territory of a department (`57`, `2A`, `971`) or of a commune, by its INSEE code (`57463`, `97127`).
    ///
    /// `None` when the code has neither shape, or names a place whose holidays are [not covered](Self::not_covered).
    ///
    /// ```
    /// use parcours_core::calendar::Territory;
    ///
    /// assert_eq!(Territory::from_insee("67"), Some(Territory::AlsaceMoselle));
    /// assert_eq!(Territory::from_insee("57463"), Some(Territory::AlsaceMoselle)); // Metz
    /// assert_eq!(Territory::from_insee("97127"), Some(Territory::SaintMartin)); // its code until 2007
    /// assert_eq!(Territory::from_insee("988"), None); // Nouvelle-Calédonie
    /// ```
    pub fn from_insee(code: &str) -> Option<Self> {
        if !code.is_ascii() {
            return None;
        }
        match (code, code.len()) {
            ("97123", _) => Some(Self::SaintBarthelemy),
            ("97127", _) => Some(Self::SaintMartin),
            (_, 2 | 3) => Self::from_department(code),
            (_, 5) if code[2..].bytes().all(|byte| byte.is_ascii_digit()) => {
                let department = if code.starts_with("97") || code.starts_with("98") {
                    &code[..3]
                } else {
                    &code[..2]
                };
                Self::from_department(department)
            }
            _ => None,
        }
    }

    /// The parts of France that set holidays of their own, by code and name: theirs are not kept here.
    const WITH_HOLIDAYS_OF_THEIR_OWN: [(&'static str, &'static str, &'static str); 3] = [
        ("986", "wallis_et_futuna", "Wallis-et-Futuna"),
        ("987", "polynesie_francaise", "Polynésie française"),
        ("988", "nouvelle_caledonie", "Nouvelle-Calédonie"),
    ];

    /// The name of a part of France whose holidays are set there and not kept here, by its [`id`](Self::id) or an INSEE code
    /// in it.
    ///
    /// ```
    /// use parcours_core::calendar::Territory;
    ///
    /// assert_eq!(Territory::not_covered("98818"), Some("Nouvelle-Calédonie")); // Nouméa
    /// assert_eq!(Territory::not_covered("97105"), None);
    /// ```
    pub fn not_covered(code: &str) -> Option<&'static str> {
        let digits =
            code.len() == 3 || code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit());
        Self::WITH_HOLIDAYS_OF_THEIR_OWN
            .into_iter()
            .find(|(department, id, _)| code == *id || digits && code.starts_with(department))
            .map(|(.., name)| name)
    }

    fn from_department(code: &str) -> Option<Self> {
        match code {
            "57" | "67" | "68" => Some(Self::AlsaceMoselle),
            "971" => Some(Self::Guadeloupe),
            "972" => Some(Self::Martinique),
            "973" => Some(Self::Guyane),
            "974" => Some(Self::Reunion),
            "975" => Some(Self::SaintPierreEtMiquelon),
            "976" => Some(Self::Mayotte),
            "977" => Some(Self::SaintBarthelemy),
            "978" => Some(Self::SaintMartin),
            "2A" | "2B" => Some(Self::Metropole),
            _ if code.len() == 2 => match code.parse::<u8>() {
                Ok(1..=95) if !code.starts_with('+') => Some(Self::Metropole),
                Ok(_) | Err(_) => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Territory;

    #[test]
    fn every_territory_is_found_again_by_its_id() {
        for territory in Territory::ALL {
            assert_eq!(Territory::from_id(territory.id()), Some(territory));
        }
    }

    #[test]
    fn codes_lead_to_territories() {
        for (code, territory) in [
            ("75", Territory::Metropole),
            ("2A", Territory::Metropole),
            ("2B033", Territory::Metropole),
            ("01001", Territory::Metropole),
            ("68", Territory::AlsaceMoselle),
            ("97105", Territory::Guadeloupe),
            ("973", Territory::Guyane),
            ("97411", Territory::Reunion),
            ("97608", Territory::Mayotte),
            ("97701", Territory::SaintBarthelemy),
            ("97123", Territory::SaintBarthelemy),
            ("978", Territory::SaintMartin),
        ] {
            assert_eq!(Territory::from_insee(code), Some(territory), "{code}");
        }
    }

    #[test]
    fn what_is_not_a_covered_code_has_no_territory() {
        for code in [
            "", "7", "00", "96", "+1", "987", "98735", "75x56", "750560", "é1",
        ] {
            assert_eq!(Territory::from_insee(code), None, "{code}");
        }
    }
}
