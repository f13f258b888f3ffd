//! The numbered files of the schema, in order.

use kernel::Migration;

macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        /// Every file, in the order of its number.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("../../migrations/", $name, ".sql")),
        }),*];
    };
}

migrations! {
    1 "0001_kernel",
    2 "0002_orgs",
    3 "0003_accounts",
    4 "0004_policies",
    5 "0005_registry",
    6 "0006_duties",
    7 "0007_visits",
    8 "0008_orgs",
    9 "0009_accounts",
    10 "0010_duties",
    11 "0011_exchange",
    12 "0012_statistics",
    13 "0013_enterprise_name",
    14 "0014_endings",
    15 "0015_policies",
    16 "0016_exports",
    18 "0018_duties",
    19 "0019_blanks",
    21 "0021_lists",
    22 "0022_export_profiles",
    23 "0023_namesakes",
    24 "0024_cards",
    25 "0025_handover",
    26 "0026_archives",
    27 "0027_groups",
    28 "0028_papers",
}
