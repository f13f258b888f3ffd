//! 代码表：一个枚举、一列代码、一列中文名称。

/// Makes an enum whose members have a stored code and a Chinese name, in one table.
macro_rules! coded {
    ($(#[$about:meta])* $name:ident {
        $($(#[$doc:meta])* $member:ident = $code:literal $says:literal,)+
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $member,)+ }

        impl $name {
            /// All members, in the order of the table.
            pub const ALL: &'static [$name] = &[$($name::$member,)+];

            /// The stored code; never changes.
            pub const fn code(self) -> &'static str {
                match self { $($name::$member => $code,)+ }
            }

            /// The Chinese name, for people.
            pub const fn name(self) -> &'static str {
                match self { $($name::$member => $says,)+ }
            }

            /// The member with this code.
            pub fn from_code(code: &str) -> Option<$name> {
                match code { $($code => Some($name::$member),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use coded;
