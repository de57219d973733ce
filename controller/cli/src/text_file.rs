//! Reading files that staff have written.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use controller_api::text;
use schedules::FILE_BYTES_MAX;

use crate::failure::Failure;

/// Reads a file, or standard input for `-`.
///
/// # Errors
/// It cannot be read, is too long, or is not UTF-8, as from an editor that writes "Unicode".
pub fn read(path: &Path) -> Result<String, Failure> {
    let text = match path == Path::new("-") {
        true => read_from(io::stdin().lock()),
        false => File::open(path).and_then(read_from),
    };
    let text = text.map_err(|error| match error.kind() {
        ErrorKind::InvalidData => Failure::wrong_use(text!(FileNotText { path: path.display() })),
        _ => Failure::file(path, &error),
    })?;
    if text.len() > FILE_BYTES_MAX {
        let max = FILE_BYTES_MAX / 1024 / 1024;
        return Err(Failure::wrong_use(text!(FileTooLong { max: max })));
    }
    Ok(text)
}

fn read_from(file: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    // A letter that goes over the bound is cut: the length says it then, not the encoding.
    if bytes.len() > FILE_BYTES_MAX {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_no_text_or_too_long_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let code = |bytes: &[u8]| {
            let path = folder.path().join("a.toml");
            std::fs::write(&path, bytes).unwrap();
            read(&path).map_err(|failure| failure.text.code)
        };
        assert_eq!(code("tên".as_bytes()), Ok("tên".to_owned()));
        assert_eq!(code(b"\xff\xfet\0"), Err("file-not-text".to_owned()));
        assert_eq!(code(&vec![b' '; FILE_BYTES_MAX]).unwrap().len(), FILE_BYTES_MAX);
        assert_eq!(code(&vec![b' '; FILE_BYTES_MAX + 1]), Err("file-too-long".to_owned()));
        // Cut in the middle of a letter that goes over the bound.
        let over = [vec![b' '; FILE_BYTES_MAX], "ữ".as_bytes().to_vec()].concat();
        assert_eq!(code(&over), Err("file-too-long".to_owned()));
        assert_eq!(read(Path::new("/no/such")).unwrap_err().text.code, "file-trouble");
    }
}
