//! Reads what strace recorded: the calls that change files or make changes durable, in the order in which they ended.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::Path;

use crate::disk::Disk;

/// The calls to record. Those that the model doesn't know are recorded too, so that none goes unnoticed. (A `?` stands
/// before calls that not every machine has.)
pub(crate) const CALLS: &str = "?open,?creat,openat,openat2,write,writev,pwrite64,pwritev,pwritev2,ftruncate,?truncate,\
    fallocate,copy_file_range,sendfile,?rename,renameat,renameat2,?unlink,unlinkat,?link,linkat,?symlink,symlinkat,\
    ?mkdir,mkdirat,?rmdir,fsync,fdatasync,sync_file_range,msync,sync,syncfs";

/// One thing that happened to the folder.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Make {
        name: String,
        file: usize,
    },
    Write {
        file: usize,
        offset: usize,
        bytes: Vec<u8>,
    },
    /// `only_data`: it was `fdatasync`, as after each block.
    SyncFile {
        file: usize,
        only_data: bool,
    },
    /// A folder in it.
    MakeFolder {
        name: String,
    },
    /// The whole folder's name is empty.
    SyncFolder {
        name: String,
    },
    Rename {
        from: String,
        to: String,
    },
    Remove {
        name: String,
    },
    /// The writer said that what it counts, or is at, is durable up to here.
    Acknowledge(usize),
}

impl Operation {
    pub(crate) fn is_data_sync(&self) -> bool {
        matches!(
            self,
            Operation::SyncFile {
                only_data: true,
                ..
            }
        )
    }

    /// The same, but of a write only the first half.
    pub(crate) fn torn(&self) -> Self {
        match self {
            Operation::Write {
                file,
                offset,
                bytes,
            } => Operation::Write {
                file: *file,
                offset: *offset,
                bytes: bytes[..bytes.len() / 2].to_vec(),
            },
            other => other.clone(),
        }
    }

    pub(crate) fn is_folder_sync(&self) -> bool {
        matches!(self, Operation::SyncFolder { .. })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operation::Write {
                file,
                offset,
                bytes,
            } => write!(f, "{} bytes at {offset} of file {file}", bytes.len()),
            other => write!(f, "{other:?}"),
        }
    }
}

/// The operations on this folder, from strace's output with `-f -y -xx`. `there` is what it held before.
pub(crate) fn parse(text: &str, folder: &Path, there: &Disk) -> Vec<Operation> {
    let folder = folder
        .canonicalize()
        .expect("the folder is there")
        .display()
        .to_string();
    let (names, files) = there.files();
    let folders = there.folders();
    let (open, operations) = (HashMap::new(), Vec::new());
    let mut reader = Reader {
        folder,
        names,
        folders,
        files,
        open,
        operations,
    };
    let mut unfinished: HashMap<&str, &str> = HashMap::new();
    for line in text.lines() {
        let (process, call) = line
            .trim_start()
            .split_once(' ')
            .expect("each line begins with a process");
        let call = call.trim_start();
        if let Some(start) = call.strip_suffix("<unfinished ...>") {
            // An acknowledgement counts from its start, all else from its end.
            if !reader.acknowledge(start) {
                unfinished.insert(process, start);
            }
        } else if let Some(resumed) = call.strip_prefix("<... ") {
            let (_, end) = resumed
                .split_once(" resumed>")
                .expect("strace says what it resumes");
            if let Some(start) = unfinished.remove(process) {
                reader.call(&format!("{start}{end}"));
            }
        } else if !reader.acknowledge(call) {
            reader.call(call);
        }
    }
    reader.operations
}

struct Reader {
    folder: String,
    names: BTreeMap<String, usize>,
    folders: BTreeSet<String>,
    files: usize,
    open: HashMap<String, Opened>,
    operations: Vec<Operation>,
}

struct Opened {
    file: usize,
    at: usize,
}

impl Reader {
    /// Whether this is a write of the writer's to its standard output.
    fn acknowledge(&mut self, call: &str) -> bool {
        let Some(arguments) = call.strip_prefix("write(1<") else {
            return false;
        };
        let said = arguments
            .split('"')
            .nth(1)
            .map(unescaped)
            .unwrap_or_default();
        let said = String::from_utf8(said).expect("the writer says only plain text");
        if let Some(count) = said.trim().strip_prefix("ack ") {
            self.operations.push(Operation::Acknowledge(
                count.parse().expect("a count follows"),
            ));
        }
        true
    }

    fn call(&mut self, line: &str) {
        // `+++ exited with 0 +++` and signals aren't calls.
        let Some((name, rest)) = line.split_once('(') else {
            return;
        };
        let Some((arguments, result)) = rest.rsplit_once(" = ") else {
            return;
        };
        if result.starts_with('-') || result.starts_with('?') {
            return;
        }
        let arguments = arguments
            .trim_end()
            .strip_suffix(')')
            .expect("a call ends with a parenthesis");
        assert!(
            !arguments.contains("\"..."),
            "strace cut a string short: {name}"
        );
        let arguments: Vec<&str> = arguments.split(", ").collect();
        match name {
            "openat" => self.opened(&arguments, result),
            "write" | "pwrite64" => self.written(&arguments, result),
            "fsync" | "fdatasync" => self.synced(arguments[0], name == "fdatasync"),
            "rename" => self.renamed(arguments[0], arguments[1]),
            "renameat" | "renameat2" => self.renamed(arguments[1], arguments[3]),
            "mkdir" => self.made_folder(arguments[0]),
            "mkdirat" => self.made_folder(arguments[1]),
            "unlink" => self.removed(arguments[0]),
            "unlinkat" => self.removed(arguments[1]),
            _ => {
                let plain = String::from_utf8_lossy(&unescaped(line)).into_owned();
                assert!(
                    !plain.contains(&self.folder),
                    "the model does not know this call: {name} {plain}"
                );
            }
        }
    }

    /// The name in the folder of a path; `Some("")` is the folder itself. Locks hold nothing.
    fn inside(&self, path: &str) -> Option<String> {
        let path = String::from_utf8(unescaped(path)).ok()?;
        let rest = path.strip_prefix(&self.folder)?;
        let name = rest.trim_start_matches('/').to_owned();
        (name.rsplit('/').next() != Some("lock")).then_some(name)
    }

    fn opened(&mut self, arguments: &[&str], result: &str) {
        let (descriptor, path) = split(result);
        self.open.remove(descriptor);
        let flags = arguments[2];
        let Some(name) = self.inside(path).filter(|name| !self.is_folder(name)) else {
            return;
        };
        let file = match self.names.get(&name) {
            Some(file) => {
                assert!(
                    !flags.contains("O_TRUNC"),
                    "the model does not know how to empty {name}"
                );
                *file
            }
            None => {
                assert!(
                    flags.contains("O_CREAT"),
                    "{name} was opened before it was made"
                );
                let file = self.files;
                self.files += 1;
                self.names.insert(name.clone(), file);
                self.operations.push(Operation::Make { name, file });
                file
            }
        };
        self.open
            .insert(descriptor.to_owned(), Opened { file, at: 0 });
    }

    fn written(&mut self, arguments: &[&str], result: &str) {
        let (descriptor, path) = split(arguments[0]);
        if self.inside(path).is_none() {
            return;
        }
        let opened = self
            .open
            .get_mut(descriptor)
            .expect("what is written was opened");
        let written: usize = result.trim().parse().expect("a write gives a count");
        let mut bytes = unescaped(arguments[1].trim_matches('"'));
        assert!(
            bytes.len() >= written,
            "strace recorded fewer bytes than were written"
        );
        bytes.truncate(written);
        let offset = match arguments.get(3) {
            Some(offset) => offset.parse().expect("an offset is a number"),
            None => {
                opened.at += written;
                opened.at - written
            }
        };
        self.operations.push(Operation::Write {
            file: opened.file,
            offset,
            bytes,
        });
    }

    fn synced(&mut self, argument: &str, only_data: bool) {
        let (descriptor, path) = split(argument);
        match self.inside(path) {
            None => (),
            Some(name) if self.is_folder(&name) => {
                self.operations.push(Operation::SyncFolder { name });
            }
            Some(_) => {
                let file = self
                    .open
                    .get(descriptor)
                    .expect("what is synced was opened")
                    .file;
                self.operations
                    .push(Operation::SyncFile { file, only_data });
            }
        }
    }

    fn is_folder(&self, name: &str) -> bool {
        name.is_empty() || self.folders.contains(name)
    }

    fn made_folder(&mut self, path: &str) {
        if let Some(name) = self.inside(path.trim_matches('"')) {
            self.folders.insert(name.clone());
            self.operations.push(Operation::MakeFolder { name });
        }
    }

    fn renamed(&mut self, from: &str, to: &str) {
        let names = [from, to].map(|path| self.inside(path.trim_matches('"')));
        if let [Some(from), Some(to)] = names {
            let file = self.names.remove(&from).expect("what is renamed was made");
            self.names.insert(to.clone(), file);
            self.operations.push(Operation::Rename { from, to });
        }
    }

    fn removed(&mut self, path: &str) {
        if let Some(name) = self.inside(path.trim_matches('"')) {
            self.names.remove(&name);
            self.operations.push(Operation::Remove { name });
        }
    }
}

/// `5</path>`, as strace writes a descriptor.
fn split(descriptor: &str) -> (&str, &str) {
    let (number, path) = descriptor
        .trim()
        .split_once('<')
        .unwrap_or((descriptor, ""));
    (number, path.trim_end_matches('>'))
}

/// Bytes written as `\x2f`, and whatever else as it is.
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 + 16);
    let mut rest = text;
    while let Some((plain, escaped)) = rest.split_once("\\x") {
        bytes.extend_from_slice(plain.as_bytes());
        let (digits, after) = escaped.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits follow"));
        rest = after;
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
