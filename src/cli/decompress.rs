//! Compressed files: gzip and Zstandard, told by their first bytes or by the names of their files.
//!
//! In goes a reader of the bytes of a file, out comes one of what they unpack to; bytes of anything else come out as they
//! are. Nothing is read ahead but what tells the format and one buffer, so that whoever reads bounds the size. Faults of
//! the format are errors in words that a user can act on; those of the system pass as they are.
//! Source: RFC 1952, RFC 8878. Several members or frames in a row are one text, as both allow.

use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Gzip,
    Zstandard,
}

/// The bytes that tell all formats apart.
const LONGEST_MAGIC: usize = 4;

impl Format {
    const ALL: [Self; 2] = [Self::Gzip, Self::Zstandard];

    /// The extension of such files, with its dot.
    fn extension(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Zstandard => ".zst",
        }
    }

    /// The bytes that such files begin with. No text in UTF-8 does.
    fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => &[0x1f, 0x8b],
            Self::Zstandard => &[0x28, 0xb5, 0x2f, 0xfd],
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstandard => "Zstandard",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        let has = |format: &Self| {
            let start = name.len().checked_sub(format.extension().len());
            let end = start.and_then(|start| name.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(format.extension()))
        };
        Self::ALL.into_iter().find(has)
    }
}

/// The name of a file without the extension that says how it is compressed.
pub(super) fn unpacked_name(name: &str) -> &str {
    let extension = Format::of_name(name).map_or(0, |format| format.extension().len());
    name.get(..name.len() - extension).unwrap_or(name)
}

/// What the bytes of a file unpack to. A file whose name says that it is compressed is taken at its word, others are
/// told by their first bytes. Give it what is not buffered: it buffers itself.
///
/// # Errors
/// Those of reading the first bytes. Reading from the result fails where the data is damaged or cut off.
pub(super) fn open<'a>(
    name: &str,
    mut reader: impl Read + Send + 'a,
) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut first = Vec::with_capacity(LONGEST_MAGIC);
    reader
        .by_ref()
        .take(LONGEST_MAGIC as u64)
        .read_to_end(&mut first)?;
    let begins = |format: &Format| first.starts_with(format.magic());
    let format = Format::of_name(name).or_else(|| Format::ALL.into_iter().find(begins));
    let whole = BufReader::new(Cursor::new(first).chain(reader));
    let Some(format) = format else {
        return Ok(Box::new(whole));
    };
    let inner: Box<dyn Read + Send + 'a> = match format {
        Format::Gzip => Box::new(MultiGzDecoder::new(whole)),
        Format::Zstandard => Box::new(zstd::stream::read::Decoder::with_buffer(whole)?),
    };
    Ok(Box::new(Unpacked { inner, format }))
}

/// What is unpacked, with the errors of its format in words.
struct Unpacked<'a> {
    inner: Box<dyn Read + Send + 'a>,
    format: Format,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| {
            let name = self.format.in_words();
            match error.kind() {
                io::ErrorKind::Interrupted => error,
                _ if error.raw_os_error().is_some() => error,
                kind @ io::ErrorKind::UnexpectedEof => {
                    io::Error::new(kind, format!("its {name} data is cut off: fetch the file again"))
                }
                kind => io::Error::new(kind, format!("it is no {name} data, or damaged: {error}")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zstandard(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 1).unwrap()
    }

    fn read(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut text = Vec::new();
        let mut reader = open(name, bytes).map_err(|error| error.to_string())?;
        reader.read_to_end(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    #[test]
    fn both_formats_are_told_by_their_first_bytes_and_by_their_names() {
        for (name, packed) in [("a.json.gz", gzip(b"{}")), ("a.JSON.ZST", zstandard(b"{}"))] {
            for name in [name, "-", "dump"] {
                assert_eq!(read(name, &packed).unwrap(), b"{}", "{name}");
            }
        }
    }

    #[test]
    fn several_members_in_a_row_are_one_text() {
        assert_eq!(
            read("a.gz", &[gzip(b"[1,"), gzip(b"2]")].concat()).unwrap(),
            b"[1,2]"
        );
        assert_eq!(
            read("a.zst", &[zstandard(b"[1,"), zstandard(b"2]")].concat()).unwrap(),
            b"[1,2]"
        );
    }

    #[test]
    fn other_bytes_come_out_as_they_are() {
        for text in [&b""[..], b"{", b"{}", b"\x1f", b"(\xb5/", b"\xff\xfe{"] {
            assert_eq!(read("a.json", text).unwrap(), text);
        }
    }

    #[test]
    fn every_truncation_is_said_to_be_one() {
        let text: Vec<u8> = (0..2_000_u32)
            .flat_map(|number| number.to_string().into_bytes())
            .collect();
        for (name, packed) in [("a.gz", gzip(&text)), ("a.zst", zstandard(&text))] {
            for end in 5..packed.len() {
                let said = read(name, packed.get(..end).unwrap()).unwrap_err();
                assert!(
                    said.ends_with("data is cut off: fetch the file again"),
                    "{name} {end}: {said}"
                );
            }
        }
    }

    #[test]
    fn what_is_none_of_its_format_or_damaged_is_said() {
        assert!(
            read("a.gz", b"{\"a\": 1, \"b\": 2}")
                .unwrap_err()
                .starts_with("it is no gzip data")
        );
        assert!(
            read("a.zst", b"{\"a\": 1, \"b\": 2}")
                .unwrap_err()
                .starts_with("it is no Zstandard data")
        );
        let mut damaged = gzip(b"a text that has a check sum behind it");
        let last = damaged.len() - 6;
        damaged[last] ^= 0x55;
        assert!(
            read("a.gz", &damaged)
                .unwrap_err()
                .starts_with("it is no gzip data, or damaged")
        );
    }

    #[test]
    fn names_lose_their_last_extension_only() {
        assert_eq!(unpacked_name("a/b.json.gz"), "a/b.json");
        assert_eq!(unpacked_name("a/b.json.Zst"), "a/b.json");
        assert_eq!(unpacked_name("a/b.gz.json"), "a/b.gz.json");
        assert_eq!(unpacked_name("ü.gz"), "ü");
    }
}
