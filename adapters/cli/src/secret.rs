//! A secret in a file of its own: it stands in no history of a shell and in no list of processes.

use std::path::Path;

/// The first line of the file; `what` says what it holds, as `the token`.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn read(path: &Path, what: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {what} in {}: {error}", path.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_first_line_and_what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for (text, secret) in [
            ("a b", "a b"),
            ("a b\r\n", "a b"),
            ("", ""),
            ("a\nb\n", "a"),
        ] {
            std::fs::write(&path, text).expect("a file");
            assert_eq!(read(&path, "the token"), Ok(secret.to_owned()), "{text:?}");
        }
        let gone = read(&folder.path().join("gone"), "the token");
        assert!(gone.is_err_and(|error| error.starts_with("cannot read the token in ")));
    }
}
