//! 导入导出：名册进来先认列、再试算、经确认才写入；清单按需导出，写明给谁、作何用。
//!
//! Owns: `imports`, `import_files`, `import_lines`, `import_mappings`,
//! `exports`.
//! Uses: `duties`, `orgs`, `people`, `registry`, `visits`.

pub mod columns;
pub mod export;
pub mod export_api;
mod export_columns;
mod export_file;
mod export_lists;
mod export_masks;
pub mod export_pages;
mod export_store;
pub mod words;
