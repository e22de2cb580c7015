//! What is said about NATS on the command line: where it is, who we are there, and how much room the streams take.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use parcours_nats::{Config, Credentials, Publishers};

use crate::secret;

/// Who we are on NATS.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Access {
    /// A credentials file for NATS (JWT and seed).
    #[arg(
        help_heading = "NATS",
        long,
        value_name = "FILE",
        requires = "nats",
        conflicts_with = "nats_user"
    )]
    nats_credentials: Option<PathBuf>,
    /// The user on NATS.
    #[arg(
        help_heading = "NATS",
        long,
        value_name = "NAME",
        requires = "nats",
        requires = "nats_password_file"
    )]
    nats_user: Option<String>,
    /// A file that holds the user's password.
    #[arg(
        help_heading = "NATS",
        long,
        value_name = "FILE",
        requires = "nats_user"
    )]
    nats_password_file: Option<PathBuf>,
}

impl Access {
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn credentials(&self) -> Result<Credentials, String> {
        if let Some(path) = &self.nats_credentials {
            return Ok(Credentials::File(path.clone()));
        }
        let (Some(name), Some(path)) = (&self.nats_user, &self.nats_password_file) else {
            return Ok(Credentials::None);
        };
        Ok(Credentials::User {
            name: name.clone(),
            password: secret::read(path, "the password for NATS")?,
        })
    }
}

/// The engine's side of NATS.
#[derive(Clone, Debug, Args)]
pub(crate) struct Serving {
    /// A NATS server to take life events from, and to hand calls over to workers, as nats://host:4222. It may come later: the
    /// engine serves on without it.
    #[arg(help_heading = "NATS", long = "nats", id = "nats", value_name = "URL")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    access: Access,
    /// The most that each of the five streams on disk may hold; JetStream reserves as much for each.
    #[arg(help_heading = "NATS", long, value_name = "SIZE", default_value = "256MiB", value_parser = size, requires = "nats")]
    nats_stream_size: i64,
    /// The most that calls waiting for workers may take in the memory of the NATS server, which reserves as much.
    #[arg(help_heading = "NATS", long, value_name = "SIZE", default_value = "64MiB", value_parser = size, requires = "nats")]
    nats_calls_size: i64,
    /// How many calls of one operation wait at most for a worker; the engine keeps the others until there is room, so that a service whose
    /// workers are away takes none from the others.
    #[arg(help_heading = "NATS", long, value_name = "NUMBER", default_value = "1000", value_parser = clap::value_parser!(i64).range(1..), requires = "nats")]
    nats_calls_waiting: i64,
    /// How long life events, answers and what services tell wait at most for an engine that takes them; what cannot be taken becomes a dead
    /// letter before that is over.
    #[arg(help_heading = "NATS", long, value_name = "TIME", default_value = "7d", value_parser = time, requires = "nats")]
    nats_work_age: Duration,
    /// How long receipts can be read on NATS.
    #[arg(help_heading = "NATS", long, value_name = "TIME", default_value = "7d", value_parser = time, requires = "nats")]
    nats_receipt_age: Duration,
    /// How long dead letters are kept.
    #[arg(help_heading = "NATS", long, value_name = "TIME", default_value = "30d", value_parser = time, requires = "nats")]
    nats_dead_letter_age: Duration,
    /// How long a message may be in hand before NATS delivers it again.
    #[arg(help_heading = "NATS", long, value_name = "TIME", default_value = "30s", value_parser = time, requires = "nats")]
    nats_ack_wait: Duration,
    /// Takes over the streams of another installation: once, when this data folder takes the place of another one.
    #[arg(help_heading = "NATS", long, requires = "nats")]
    nats_take_over: bool,
}

impl Serving {
    /// The settings; none without NATS.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn config(&self, publishers: Publishers) -> Result<Option<Config>, String> {
        let Some(url) = &self.url else {
            return Ok(None);
        };
        Ok(Some(Config {
            credentials: self.access.credentials()?,
            publishers,
            stream_bytes: self.nats_stream_size,
            calls_bytes: self.nats_calls_size,
            calls_waiting: self.nats_calls_waiting,
            work_age: self.nats_work_age,
            receipt_age: self.nats_receipt_age,
            dead_letter_age: self.nats_dead_letter_age,
            ack_wait: self.nats_ack_wait,
            take_over: self.nats_take_over,
            ..Config::new(url)
        }))
    }
}

/// `16MiB`, `1GiB`: bytes in whole units. At least 4 MiB, so that every stream has room for the largest life event.
fn size(text: &str) -> Result<i64, String> {
    const LEAST: i64 = 4 << 20;
    let wrong =
        || format!("`{text}` is no size; write a whole number and a unit, as 64MiB or 2GiB");
    let (digits, shift) = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)]
        .into_iter()
        .find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, shift)))
        .ok_or_else(wrong)?;
    let count: i64 = digits.trim().parse().map_err(|_| wrong())?;
    let bytes = count.checked_mul(1 << shift).ok_or_else(wrong)?;
    if bytes < LEAST {
        return Err(format!(
            "`{text}` is too little for a stream; give it 4MiB or more"
        ));
    }
    Ok(bytes)
}

/// `30s`, `15m`, `12h`, `7d`: a time in whole units, one second at least.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "`{text}` is no length of time; write a whole number and a unit, as 30s, 15m, 12h or 7d"
        )
    };
    let (digits, seconds) = [("s", 1), ("m", 60), ("h", 3600), ("d", 24 * 3600)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
        .ok_or_else(wrong)?;
    let count: u64 = digits.trim().parse().map_err(|_| wrong())?;
    let total = count
        .checked_mul(seconds)
        .filter(|total| (1..=1 << 32).contains(total));
    total.map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_whole_numbers_with_a_unit() {
        assert_eq!(size("64MiB"), Ok(64 << 20));
        assert_eq!(size("2GiB"), Ok(2 << 30));
        for bad in [
            "",
            "64",
            "64MB",
            "-1GiB",
            "0GiB",
            "1KiB",
            "9999999999TiB",
            "é",
        ] {
            assert!(size(bad).is_err(), "{bad}");
        }
        assert_eq!(time("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(time("7d"), Ok(Duration::from_secs(7 * 24 * 3600)));
        for bad in ["", "30", "0s", "-1d", "1w", "99999999999999d", "s"] {
            assert!(time(bad).is_err(), "{bad}");
        }
    }
}
