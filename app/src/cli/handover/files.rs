//! Files that count only when they are whole on the disk, and their checksums.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use kernel::vault::{hex, random};
use sha2::{Digest, Sha256};

/// A file that is hashed while it is written.
pub struct Hashed {
    file: BufWriter<File>,
    hash: Sha256,
    pub n_bytes: u64,
}

impl Hashed {
    #[must_use]
    pub fn new(file: File) -> Self {
        let file = BufWriter::with_capacity(1 << 18, file);
        Self { file, hash: Sha256::new(), n_bytes: 0 }
    }

    /// Waits for the disk; answers the file and the checksum of what was written.
    ///
    /// # Errors
    /// When the disk is full or broken.
    pub fn finish(self) -> std::io::Result<(File, String)> {
        let file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok((file, hex(&self.hash.finalize())))
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.file.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.n_bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// The checksum of all that a reader has.
///
/// # Errors
/// When it cannot be read.
pub fn checksum(mut from: impl Read) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 18];
    loop {
        match from.read(&mut block)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&block[..n]),
        }
    }
}

/// The checksum of a file.
///
/// # Errors
/// When it cannot be read.
pub fn checksum_of(path: &Path) -> std::io::Result<String> {
    checksum(BufReader::new(File::open(path)?))
}

/// A new file that only its owner can read.
///
/// # Errors
/// When it is there already or cannot be made.
pub fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// A new folder that only its owner can look into.
///
/// # Errors
/// When it cannot be made.
pub fn create_private_dir(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// A name beside `path` that nobody has. What is there under it is taken away when this is
/// dropped.
pub struct Beside(PathBuf);

impl Beside {
    /// `path` with a random ending.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(path: &Path) -> anyhow::Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", hex(&random(6)?)));
        Ok(Self(path.with_file_name(name)))
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Puts it where it belongs, in the place of what was there.
    ///
    /// # Errors
    /// When it cannot be renamed.
    pub fn becomes(&self, path: &Path) -> std::io::Result<()> {
        std::fs::rename(&self.0, path)?;
        sync_parent(path)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Whatever is left over is no loss; mostly there is nothing under the name any more.
        let _ = std::fs::remove_dir_all(&self.0);
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Waits until the disk knows the names in the folder of `path`.
///
/// # Errors
/// When the folder cannot be opened.
pub fn sync_parent(path: &Path) -> std::io::Result<()> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    File::open(dir.unwrap_or_else(|| Path::new(".")))?.sync_all()
}
