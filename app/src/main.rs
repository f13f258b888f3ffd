//! 松鹤程序入口。

use std::process::ExitCode;

fn main() -> ExitCode {
    songhe::cli::main()
}
