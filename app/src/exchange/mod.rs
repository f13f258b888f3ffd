//! 导入导出：名册进来先认列、再试算、经确认才写入；清单按需导出，写明给谁、作何用。
//!
//! Owns: `imports`, `import_files`, `import_lines`, `import_mappings`.
//! Uses: `registry`.

pub mod columns;
pub mod words;
