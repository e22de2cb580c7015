//! Exact amounts of money.

use core::fmt;
use core::str::FromStr;

/// An amount in cents of the euro; negative for a debt or a difference.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    cents: i64,
}

impl Money {
    /// An amount of this many cents.
    pub const fn from_cents(cents: i64) -> Self {
        Self { cents }
    }

    /// The amount in cents.
    pub const fn cents(self) -> i64 {
        self.cents
    }

    /// The sum, or `None` beyond what an amount can hold.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.cents.checked_add(other.cents).map(Self::from_cents)
    }

    /// The difference, or `None` beyond what an amount can hold.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.cents.checked_sub(other.cents).map(Self::from_cents)
    }

    /// The opposite amount, or `None` for the one that has none.
    pub fn checked_neg(self) -> Option<Self> {
        self.cents.checked_neg().map(Self::from_cents)
    }
}

/// Shows euros with two decimals and a point, the way conditions write amounts: `30000.50`, `-0.05`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

/// Why a text is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMoney {
    /// It is not digits with an optional point and decimals.
    #[error("not an amount; write digits and a point, like 1250.00")]
    NotANumber,
    /// It counts parts of a cent.
    #[error("more than two decimals; an amount counts whole cents")]
    PartsOfACent,
    /// It is beyond what an amount can hold.
    #[error("beyond the largest amount, 92233720368547758.07")]
    TooLarge,
}

/// Reads `1250`, `1250.5` and `1250.50` (and the same with a leading `-`), exactly: never through a float.
impl FromStr for Money {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, NotMoney> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (euros, decimals) = match digits.split_once('.') {
            Some((_, "")) => return Err(NotMoney::NotANumber),
            Some(parts) => parts,
            None => (digits, ""),
        };
        if euros.is_empty()
            || !euros
                .bytes()
                .chain(decimals.bytes())
                .all(|byte| byte.is_ascii_digit())
        {
            return Err(NotMoney::NotANumber);
        }
        if decimals.len() > 2 {
            return Err(NotMoney::PartsOfACent);
        }
        let padding = core::iter::repeat_n(b'0', 2 - decimals.len());
        let mut cents: i64 = 0;
        for digit in euros.bytes().chain(decimals.bytes()).chain(padding) {
            let digit = i64::from(digit - b'0');
            let signed = if negative { -digit } else { digit };
            cents = cents
                .checked_mul(10)
                .and_then(|cents| cents.checked_add(signed))
                .ok_or(NotMoney::TooLarge)?;
        }
        Ok(Self::from_cents(cents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_to_the_cent() {
        assert_eq!("30000.50".parse(), Ok(Money::from_cents(3_000_050)));
        assert_eq!("30000.5".parse(), Ok(Money::from_cents(3_000_050)));
        assert_eq!("0.07".parse(), Ok(Money::from_cents(7)));
        assert_eq!("12".parse(), Ok(Money::from_cents(1_200)));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_the_reason() {
        assert_eq!("1.005".parse::<Money>(), Err(NotMoney::PartsOfACent));
        assert_eq!(
            "92233720368547758.08".parse::<Money>(),
            Err(NotMoney::TooLarge)
        );
        for text in ["", "-", ".5", "5.", "1,5", "1e3", "1.2.3", "--1", "１"] {
            assert_eq!(text.parse::<Money>(), Err(NotMoney::NotANumber), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_reads_back_as_it_shows(cents: i64) {
            let money = Money::from_cents(cents);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }
    }
}
