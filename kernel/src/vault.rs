//! Sensitive columns: sealed at rest, found again by a keyed blind index. Algorithm-agile:
//! AES-256-GCM with HMAC-SHA-256, or SM4-GCM with HMAC-SM3, chosen by the key file.
//!
//! A sealed value is `[version 1][key number][nonce 12][ciphertext and tag]`; the column's name is
//! authenticated with it, so that a value cannot be moved to another column.

use std::cell::RefCell;
use std::path::Path;

use aes_gcm::aead::{Aead, AeadInOut, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, AesGcm, Tag, aead::consts::U12};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sm3::Sm3;
use sm4::Sm4;

use crate::db::DbError;

type Sm4Gcm = AesGcm<Sm4, U12>;

const VERSION: u8 = 1;
const N_NONCE: usize = 12;
const N_HEAD: usize = 2 + N_NONCE;
const N_TAG: usize = 16;
const N_AHEAD: usize = N_NONCE * 256;

/// Which family of algorithms a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// AES-256-GCM and HMAC-SHA-256.
    International,
    /// SM4-GCM and HMAC-SM3 (国密).
    National,
}

#[derive(Clone)]
enum Cipher {
    Aes(Box<Aes256Gcm>),
    Sm4(Box<Sm4Gcm>),
}

/// The keys of one deployment. The newest key seals; every key opens.
#[derive(Clone)]
pub struct Vault {
    ciphers: Vec<(u8, Cipher)>,
    index: Index,
    check: String,
}

/// The blind index, keyed once.
#[derive(Clone)]
enum Index {
    Sha256(Hmac<Sha256>),
    Sm3(Hmac<Sm3>),
}

impl Vault {
    /// A key file's text with one fresh random key.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn fresh(suite: Suite) -> Result<String, DbError> {
        let cipher = hex(&random(if suite == Suite::International { 32 } else { 16 })?);
        let index = hex(&random(32)?);
        Ok(match suite {
            Suite::International => format!("1 aes-256-gcm {cipher}\nindex hmac-sha-256 {index}\n"),
            Suite::National => format!("1 sm4-gcm {cipher}\nindex hmac-sm3 {index}\n"),
        })
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// When a line is not of the form `NUMBER ALGORITHM HEX` or `index ALGORITHM HEX`.
    pub fn parse(text: &str) -> Result<Self, DbError> {
        let mut ciphers = Vec::new();
        let mut index = None;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let bad = || DbError::Setup("密钥文件有一行无法识别".to_owned());
            let parts: Vec<&str> = line.split_whitespace().collect();
            let [name, algorithm, key] = parts[..] else {
                return Err(bad());
            };
            let key = unhex(key).ok_or_else(bad)?;
            match (name, algorithm) {
                ("index", "hmac-sha-256") => {
                    index = Some(Index::Sha256(Hmac::new_from_slice(&key).map_err(|_| bad())?));
                }
                ("index", "hmac-sm3") => {
                    index = Some(Index::Sm3(Hmac::new_from_slice(&key).map_err(|_| bad())?));
                }
                (number, algorithm) => {
                    let number = number.parse().map_err(|_| bad())?;
                    ciphers.push((number, cipher(algorithm, &key).ok_or_else(bad)?));
                }
            }
        }
        let index = index.ok_or_else(|| DbError::Setup("密钥文件缺少 index 一行".to_owned()))?;
        if ciphers.is_empty() {
            return Err(DbError::Setup("密钥文件缺少加密密钥".to_owned()));
        }
        let mut vault = Self { ciphers, index, check: String::new() };
        vault.check = vault.seal_of("check", "songhe");
        Ok(vault)
    }

    /// Reads the key file at `path`, or makes one that only its owner can read.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn load_or_make(path: &Path) -> Result<Self, DbError> {
        let fault = |cause: std::io::Error| DbError::Setup(format!("密钥文件：{cause}"));
        if !path.exists() {
            let text = Self::fresh(Suite::International)?;
            write_private(path, &text).map_err(fault)?;
        }
        Self::parse(&std::fs::read_to_string(path).map_err(fault)?)
    }

    /// A value by which the database knows its keys again.
    #[must_use]
    pub fn check(&self) -> &str {
        &self.check
    }

    /// Seals a text for a column, e.g. `person.phone`.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn seal(&self, column: &str, text: &str) -> Result<Vec<u8>, DbError> {
        self.seal_bytes(column, text.as_bytes())
    }

    /// Seals the bytes of a file for a column.
    ///
    /// # Errors
    /// As [`Vault::seal`].
    pub fn seal_bytes(&self, column: &str, bytes: &[u8]) -> Result<Vec<u8>, DbError> {
        let (number, cipher) = self.ciphers.last().ok_or(DbError::Closed("no key"))?;
        let nonce = nonce()?;
        let mut blob = Vec::with_capacity(N_HEAD + bytes.len() + N_TAG);
        blob.extend([VERSION, *number]);
        blob.extend(nonce);
        blob.extend(bytes);
        let tag = cipher.seal(&nonce, column.as_bytes(), &mut blob[N_HEAD..]);
        blob.extend(tag.ok_or(DbError::Closed("seal"))?);
        Ok(blob)
    }

    /// Opens what [`Vault::seal`] sealed for the same column.
    ///
    /// # Errors
    /// When the key is not there, the value was changed or belongs to another column.
    pub fn open(&self, column: &str, blob: &[u8]) -> Result<String, DbError> {
        let text = self.open_bytes(column, blob)?;
        String::from_utf8(text).map_err(|_| DbError::Shape(format!("no text in {column}")))
    }

    /// Opens what [`Vault::seal_bytes`] sealed for the same column.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn open_bytes(&self, column: &str, blob: &[u8]) -> Result<Vec<u8>, DbError> {
        let bad = || DbError::Shape(format!("cannot open a value of {column}"));
        let [VERSION, number, rest @ ..] = blob else {
            return Err(bad());
        };
        let (nonce, sealed) = rest.split_at_checked(N_NONCE).ok_or_else(bad)?;
        let (_, cipher) = self.ciphers.iter().find(|(n, _)| n == number).ok_or_else(bad)?;
        let payload = Payload { msg: sealed, aad: column.as_bytes() };
        cipher.open(nonce, payload).ok_or_else(bad)
    }

    /// The blind index of a text: equal texts have equal indexes, and nothing else can be told.
    #[must_use]
    pub fn index(&self, kind: &str, text: &str) -> Vec<u8> {
        self.mac(kind, text)[..16].to_vec()
    }

    /// A keyed seal of a text, in hexadecimal.
    #[must_use]
    pub fn seal_of(&self, kind: &str, text: &str) -> String {
        hex(&self.mac(kind, text))
    }

    fn mac(&self, kind: &str, text: &str) -> Vec<u8> {
        match &self.index {
            Index::Sha256(keyed) => mac_with(keyed, kind, text),
            Index::Sm3(keyed) => mac_with(keyed, kind, text),
        }
    }
}

fn mac_with<M: Mac + Clone>(keyed: &M, kind: &str, text: &str) -> Vec<u8> {
    let mut mac = keyed.clone();
    mac.update(kind.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

impl Cipher {
    /// Turns a text into its secret form where it stands; answers the tag.
    fn seal(&self, nonce: &[u8; N_NONCE], column: &[u8], text: &mut [u8]) -> Option<Tag> {
        match self {
            Self::Aes(cipher) => cipher.encrypt_inout_detached(nonce.into(), column, text.into()),
            Self::Sm4(cipher) => cipher.encrypt_inout_detached(nonce.into(), column, text.into()),
        }
        .ok()
    }

    fn open(&self, nonce: &[u8], payload: Payload<'_, '_>) -> Option<Vec<u8>> {
        let nonce: &[u8; N_NONCE] = nonce.try_into().ok()?;
        match self {
            Self::Aes(cipher) => cipher.decrypt(nonce.into(), payload).ok(),
            Self::Sm4(cipher) => cipher.decrypt(nonce.into(), payload).ok(),
        }
    }
}

fn cipher(algorithm: &str, key: &[u8]) -> Option<Cipher> {
    match algorithm {
        "aes-256-gcm" => {
            Aes256Gcm::new_from_slice(key).ok().map(|cipher| Cipher::Aes(Box::new(cipher)))
        }
        "sm4-gcm" => Sm4Gcm::new_from_slice(key).ok().map(|cipher| Cipher::Sm4(Box::new(cipher))),
        _ => None,
    }
}

thread_local! {
    /// Random bytes that were asked for and not yet given out, so that the system is asked once
    /// for many short texts.
    static AHEAD: RefCell<(usize, [u8; N_AHEAD])> = const { RefCell::new((N_AHEAD, [0; N_AHEAD])) };
}

fn nonce() -> Result<[u8; N_NONCE], DbError> {
    AHEAD.with_borrow_mut(|(at, bytes)| {
        if *at + N_NONCE > N_AHEAD {
            getrandom::fill(bytes).map_err(|cause| DbError::Setup(cause.to_string()))?;
            *at = 0;
        }
        let mut nonce = [0; N_NONCE];
        nonce.copy_from_slice(&bytes[*at..*at + N_NONCE]);
        bytes[*at..*at + N_NONCE].fill(0);
        *at += N_NONCE;
        Ok(nonce)
    })
}

/// Random bytes from the system.
///
/// # Errors
/// When the system has none to give.
pub fn random(n: usize) -> Result<Vec<u8>, DbError> {
    let mut bytes = vec![0; n];
    getrandom::fill(&mut bytes).map_err(|cause| DbError::Setup(cause.to_string()))?;
    Ok(bytes)
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half & 15)]);
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(*byte));
    }
    text
}

/// The bytes of a hexadecimal text; `None` for any other.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)
}
