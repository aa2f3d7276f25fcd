//! How bytes come in: only regular files, unpacked if they are gzip, within bounds; standard input by way of a file.
//!
//! What goes wrong while reading is an [`io::Error`]; [`plain`] says it in plain words.

pub(super) mod gzip;

pub(in crate::ingest) use crate::error::plain;

use crate::error::{Error, Result};
use gzip::{GZIP, Unpacked, refused};
use std::fs::{File, FileType};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, Write};
use std::path::Path;
use tempfile::NamedTempFile;

/// The bytes of one file, unpacked.
pub(in crate::ingest) struct Bytes {
    reader: Box<dyn BufRead + Send>,
    packed: bool,
}

const BUFFER: usize = 128 << 10;

/// The bytes of a regular file, unpacked if they are gzip, within bounds.
///
/// Packed or not is found from the first two bytes, not from the name. What is packed twice is unpacked once.
///
/// # Errors
///
/// The file is missing, forbidden, a directory, a device, a pipe or a socket.
pub(in crate::ingest) fn open(path: &Path) -> Result<Bytes> {
    opened(path).map_err(|error| Error::unreadable(path, plain(&error)))
}

impl Bytes {
    /// Whether the file is gzip.
    pub(in crate::ingest) fn is_packed(&self) -> bool {
        self.packed
    }
}

impl Read for Bytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.reader.read(into)
    }
}

impl BufRead for Bytes {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
    }
}

/// A file to read from, if it is a regular one.
///
/// # Errors
///
/// The file is missing, forbidden, a directory, a device, a pipe or a socket.
pub(crate) fn regular_file(path: &Path) -> io::Result<File> {
    // Opening a pipe waits for its other end, so the path is asked first; what it names may be swapped for a device in
    // between, so the open file is asked again.
    regular(std::fs::metadata(path)?.file_type())?;
    let file = File::open(path)?;
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

fn opened(path: &Path) -> io::Result<Bytes> {
    let mut file = regular_file(path)?;
    let mut head = Vec::new();
    Read::by_ref(&mut file).take(GZIP.len() as u64).read_to_end(&mut head)?;
    file.rewind()?;
    let (file, packed) = (BufReader::with_capacity(BUFFER, file), head == GZIP);
    let reader: Box<dyn BufRead + Send> = match packed {
        true => Box::new(BufReader::with_capacity(BUFFER, Unpacked::new(file))),
        false => Box::new(file),
    };
    Ok(Bytes { reader, packed })
}

fn regular(kind: FileType) -> io::Result<()> {
    if kind.is_file() { Ok(()) } else { Err(refused(irregular(kind))) }
}

#[cfg(unix)]
fn irregular(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match () {
        () if kind.is_dir() => "it is a directory",
        () if kind.is_char_device() || kind.is_block_device() => "it is a device, not a file",
        () if kind.is_fifo() => "it is a pipe, not a file",
        () if kind.is_socket() => "it is a socket, not a file",
        () => "it is not a regular file",
    }
}

#[cfg(not(unix))]
fn irregular(kind: FileType) -> &'static str {
    if kind.is_dir() { "it is a directory" } else { "it is not a regular file" }
}

/// Standard input, kept in a temporary file of its own.
///
/// So it can be read more than once. The file has no extension and is removed when it is dropped.
///
/// # Errors
///
/// Standard input cannot be read, or the folder for temporary files is full; then nothing is left behind.
pub(in crate::ingest) fn spool(input: impl Read) -> Result<NamedTempFile> {
    spooled(input, &std::env::temp_dir())
}

fn spooled(input: impl Read, folder: &Path) -> Result<NamedTempFile> {
    let file = tempfile::Builder::new().prefix("giamtang-").tempfile_in(folder);
    let mut file = file.map_err(|error| unkept(folder, &error))?;
    copied(input, &mut file, folder)?;
    Ok(file)
}

fn copied(input: impl Read, mut output: impl Write, folder: &Path) -> Result<()> {
    let unread = |error: io::Error| Error::unreadable(Path::new("standard input"), plain(&error));
    let mut input = BufReader::with_capacity(BUFFER, input);
    loop {
        let count = match input.fill_buf() {
            Ok([]) => return output.flush().map_err(|error| unkept(folder, &error)),
            Ok(block) => output.write_all(block).map(|()| block.len()).map_err(|error| unkept(folder, &error))?,
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Err(error) => return Err(unread(error)),
        };
        input.consume(count);
    }
}

fn unkept(folder: &Path, error: &io::Error) -> Error {
    let why = plain(error);
    Error::unwritable(folder, format!("standard input is kept there, or where TMPDIR says, while it is read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text).expect("memory");
        packed.finish().expect("memory")
    }

    /// What can be read, and the error that ended it.
    fn read(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(bytes).expect("space");
        let mut reader = open(file.path()).expect("a regular file");
        let mut all = Vec::new();
        let error = reader.read_to_end(&mut all).err().map(|error| plain(&error));
        // An error stays one, however often it is asked for.
        assert_eq!(reader.read_to_end(&mut Vec::new()).err().map(|error| plain(&error)), error);
        (all, error)
    }

    fn why(path: &Path) -> String {
        open(path).err().expect("refused").to_string()
    }

    #[test]
    fn gzip_is_known_by_its_bytes_and_unpacked_once() {
        let twice = gzip(&gzip(b"a,b"));
        let two = [gzip(b"a,b\n"), gzip(b""), gzip(b"1,2\n")].concat();
        let cases: [(&[u8], &[u8]); 6] = [
            (b"", b""),
            (b"a,b\n", b"a,b\n"),
            (b"\x1f", b"\x1f"),
            (&gzip(b""), b""),
            (&twice, &gzip(b"a,b")),
            (&two, b"a,b\n1,2\n"),
        ];
        for (bytes, text) in cases {
            assert_eq!(read(bytes), (text.to_vec(), None));
        }
    }

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let says = |path: &Path, clause: &str| {
            let text = why(path);
            assert!(text.contains(&format!("cannot be read: {clause}. ")), "{text}");
        };
        says(folder.path(), "it is a directory");
        says(&folder.path().join("none.csv"), "there is no such file");
        says(&folder.path().join("x".repeat(5_000)), "its name is too long, or not one the system allows");
        #[cfg(unix)]
        {
            says(Path::new("/dev/null"), "it is a device, not a file");
            says(Path::new("/dev/zero"), "it is a device, not a file");
            let link = folder.path().join("link");
            std::os::unix::fs::symlink("/dev/zero", &link).expect("a link");
            says(&link, "it is a device, not a file");
            let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
            says(&folder.path().join("socket"), "it is a socket, not a file");
            let pipe = folder.path().join("pipe");
            if std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
                says(&pipe, "it is a pipe, not a file");
            }
            let good = NamedTempFile::new().expect("a file");
            std::os::unix::fs::symlink(good.path(), folder.path().join("good")).expect("a link");
            assert!(open(&folder.path().join("good")).is_ok_and(|bytes| !bytes.is_packed()));
            says(&good.path().join("below"), "a part of its path is a file, not a directory");
        }
    }

    /// Gives a few bytes, is interrupted, and fails at the end if it should.
    struct Shaky(Vec<io::Result<&'static [u8]>>);

    impl Read for Shaky {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0.pop().unwrap_or(Ok(b""))?.read(into)
        }
    }

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn standard_input_is_kept_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let count = || std::fs::read_dir(folder.path()).expect("a folder").count();
        let input = Shaky(vec![Ok(b"1\n"), Err(ErrorKind::Interrupted.into()), Ok(b"a\n")]);
        let kept = spooled(input, folder.path()).expect("kept");
        for _ in 0..2 {
            let mut text = String::new();
            open(kept.path()).expect("a file").read_to_string(&mut text).expect("text");
            assert_eq!(text, "a\n1\n");
        }
        assert!(kept.path().extension().is_none());
        drop(kept);
        let broken = Shaky(vec![Err(ErrorKind::TimedOut.into()), Ok(b"a\n")]);
        let error = spooled(broken, folder.path()).expect_err("an error").to_string();
        assert!(error.starts_with("standard input: cannot be read: the disk or network did not answer"), "{error}");
        assert_eq!(count(), 0);
        let error = copied(&b"a\n"[..], Full, Path::new("/tmp")).expect_err("full").to_string();
        assert!(error.starts_with("/tmp: cannot be written: ") && error.contains("no space left"), "{error}");
        assert!(spooled(&b"a"[..], &folder.path().join("none")).is_err());
        assert_eq!(spool(io::empty()).expect("kept").path().metadata().expect("a file").len(), 0);
    }
}
