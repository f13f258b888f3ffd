//! Who may do what. A permit is made by an actor alone, and nothing is written without one.

use crate::problem::Problem;

/// Something that can be done, e.g. 登记走访. The product lists its deeds in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    bit: u8,
    code: &'static str,
    name: &'static str,
}

impl Deed {
    /// A deed; `bit` is its place (0–127) in a [`Deeds`].
    #[must_use]
    pub const fn new(bit: u8, code: &'static str, name: &'static str) -> Self {
        Self { bit, code, name }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// A set of deeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deeds(u128);

impl Deeds {
    #[must_use]
    pub const fn of(deeds: &[Deed]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < deeds.len() {
            bits |= 1_u128 << deeds[at].bit;
            at += 1;
        }
        Self(bits)
    }

    #[must_use]
    pub const fn has(self, deed: Deed) -> bool {
        self.0 >> deed.bit & 1 == 1
    }

    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The part of the organisation tree that somebody sees: all codes that begin like theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    code: String,
}

impl Scope {
    /// Everything at and below the organisation with this division code; `""` is everything.
    #[must_use]
    pub fn below(code: &str) -> Self {
        Self { code: code.to_owned() }
    }

    /// First code of the range, for `org >= $1`.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.code
    }

    /// First code after the range, for `org < $2`. `~` comes after every digit and `-`.
    #[must_use]
    pub fn to(&self) -> String {
        format!("{}~", self.code)
    }

    #[must_use]
    pub fn covers(&self, code: &str) -> bool {
        code.starts_with(&self.code)
    }

    /// The narrower of this scope and the one asked for; nothing outside is ever answered.
    #[must_use]
    pub fn narrowed(&self, asked: &str) -> Self {
        if asked.starts_with(&self.code) { Self::below(asked) } else { self.clone() }
    }
}

/// Somebody who asks: an account in its post, or the operator at the command line.
#[derive(Clone, Debug)]
pub struct Actor {
    pub account: i64,
    pub name: String,
    /// Number, division code and name of the organisation; `level` and `kind` are its codes.
    pub org_id: i64,
    pub org: String,
    pub org_name: String,
    pub level: String,
    pub kind: String,
    pub post: String,
    pub deeds: Deeds,
    pub session: i64,
    pub address: String,
    /// Idempotency key of this request.
    pub key: Option<String>,
}

impl Actor {
    /// The operator at the machine itself: sees everything, may do what the command needs.
    #[must_use]
    pub fn operator(deeds: Deeds) -> Self {
        Self {
            account: 0,
            name: "本机操作员".to_owned(),
            org_id: 0,
            org: String::new(),
            org_name: "本机".to_owned(),
            level: String::new(),
            kind: String::new(),
            post: "operator".to_owned(),
            deeds,
            session: 0,
            address: "local".to_owned(),
            key: None,
        }
    }

    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope::below(&self.org)
    }

    #[must_use]
    pub fn can(&self, deed: Deed) -> bool {
        self.deeds.has(deed)
    }

    /// Leave to read what a deed is about.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] when the post does not include it.
    pub fn may(&self, deed: Deed) -> Result<(), Problem> {
        if self.can(deed) { Ok(()) } else { Err(Problem::Forbidden(deed)) }
    }

    /// The only maker of a [`Permit`].
    ///
    /// # Errors
    /// [`Problem::Forbidden`] when the post does not include the deed.
    pub fn permit(&self, deed: Deed) -> Result<Permit, Problem> {
        self.may(deed)?;
        Ok(Permit {
            deed,
            account: self.account,
            who: self.name.clone(),
            org: self.org.clone(),
            address: self.address.clone(),
            key: self.key.clone(),
        })
    }
}

/// Leave to do one deed once.
#[derive(Debug)]
pub struct Permit {
    deed: Deed,
    account: i64,
    who: String,
    org: String,
    address: String,
    key: Option<String>,
}

impl Permit {
    #[must_use]
    pub fn deed(&self) -> Deed {
        self.deed
    }

    #[must_use]
    pub fn account(&self) -> i64 {
        self.account
    }

    #[must_use]
    pub fn who(&self) -> &str {
        &self.who
    }

    /// Division code of the organisation in whose name the deed is done.
    #[must_use]
    pub fn org(&self) -> &str {
        &self.org
    }

    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }
}
