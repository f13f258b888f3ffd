//! 档案目录：一份档案里有哪些材料。类号、材料名称、制成时间、份数、页数、备注，一行一份，可以从表格粘贴。

use kernel::{Actor, Problem, Query, Reader, q};
use serde_json::json;

use super::{Caller, change, kept, path, store};
use crate::deeds;
use crate::web::Shared;

/// A material of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Material {
    pub class: String,
    pub name: String,
    /// When it was made, as it says: a day, a month or a year.
    pub made: String,
    pub copies: i64,
    pub pages: i64,
    pub note: String,
}

/// At most so many materials stand in one file.
const MOST: usize = 300;

/// Reads a list as it is typed or pasted: columns parted by tabs, commas or bars.
///
/// # Errors
/// A problem of the field `materials` that names the line.
pub fn read(text: &str) -> Result<Vec<Material>, Problem> {
    let mut materials = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let wrong = |says: &str| Problem::field("materials", format!("第 {} 行：{says}", at + 1));
        let cells: Vec<&str> = if line.contains('\t') {
            line.split('\t').map(str::trim).collect()
        } else {
            line.split(['|', ',', '，']).map(str::trim).collect()
        };
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        if cells.len() > 6 || cell(1).is_empty() {
            return Err(wrong("请依次写类号、材料名称、制成时间、份数、页数、备注，用逗号分开"));
        }
        if cells.iter().any(|cell| cell.chars().count() > 80 || cell.chars().any(char::is_control))
        {
            return Err(wrong("每一项最多 80 个字"));
        }
        let number = |text: &str, absent: i64| match text {
            "" => Some(absent),
            text => text.parse().ok().filter(|n| (0..=10_000).contains(n)),
        };
        let (Some(copies), Some(pages)) = (number(cell(3), 1), number(cell(4), 0)) else {
            return Err(wrong("份数和页数请写数字"));
        };
        materials.push(Material {
            class: cell(0).to_owned(),
            name: cell(1).to_owned(),
            made: cell(2).to_owned(),
            copies,
            pages,
            note: cell(5).to_owned(),
        });
    }
    if materials.len() > MOST {
        return Err(Problem::field("materials", format!("一份档案最多登记 {MOST} 份材料")));
    }
    Ok(materials)
}

/// A list as it is typed.
#[must_use]
pub fn written(materials: &[Material]) -> String {
    let line = |one: &Material| {
        let Material { class, name, made, copies, pages, note } = one;
        format!("{class}，{name}，{made}，{copies}，{pages}，{note}")
    };
    materials.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The materials of a file.
///
/// # Errors
/// Whatever the database says.
pub async fn of(reader: &mut impl Reader, archive: i64) -> Result<Vec<Material>, Problem> {
    let rows = reader
        .ask(q!(
            "SELECT class, name, made, copies, pages, note FROM archive_materials
             WHERE archive = $1 ORDER BY line LIMIT 300",
            archive
        ))
        .await?;
    let material = |row: &kernel::Row| {
        Ok(Material {
            class: row.get(0)?,
            name: row.get(1)?,
            made: row.get(2)?,
            copies: row.get(3)?,
            pages: row.get(4)?,
            note: row.get(5)?,
        })
    };
    Ok(rows.iter().map(material).collect::<Result<_, kernel::DbError>>()?)
}

/// Keeps the list of a file as it is now. The pages of the file follow from it.
///
/// # Errors
/// [`Problem::NotFound`] outside; a refusal when the file does not lie there; [`Problem::Stale`]
/// when somebody was faster.
pub async fn keep(
    app: &Shared,
    actor: &Actor,
    (id, version): (i64, i64),
    materials: &[Material],
    caller: Caller,
) -> Result<(), Problem> {
    let permit = actor.permit(deeds::ARCHIVES_KEEP)?;
    let mut act = app.db.begin(permit, app.today()).await?;
    let file = kept(&mut act, actor, id).await?;
    if file.state != "held" {
        return Err(Problem::refused("not-now", "档案不在库里，归还或签收以后再登记材料"));
    }
    if file.version != version {
        return Err(Problem::Stale);
    }
    let n_pages: i64 = materials.iter().map(|one| one.pages * one.copies).sum();
    let pages = if n_pages > 0 { Some(n_pages) } else { file.pages };
    let now = store::File { pages, ..file.clone() };
    let detail = format!("档案目录{}份材料，{n_pages}页", materials.len());
    change(&mut act, actor, (&file, &now), ("listed", &detail)).await?;
    let mut queries = vec![q!("DELETE FROM archive_materials WHERE archive = $1", id)];
    queries.extend(materials.iter().zip(1..).map(|(one, line)| insertion(id, line, one)));
    act.put(queries).await?;
    let told = json!({"id": id, "materials": materials.len(), "version": version + 1});
    let outcome = caller.outcome(&format!("{}?saved=listed", path(id)), &told);
    let detail = format!("{}的{detail}", file.person_name);
    act.commit_noting(&format!("archive/{id}"), &outcome, &detail).await
}

fn insertion(archive: i64, line: i64, one: &Material) -> Query {
    q!(
        "INSERT INTO archive_materials (archive, line, class, name, made, copies, pages, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        archive,
        line,
        &one.class,
        &one.name,
        &one.made,
        one.copies,
        one.pages,
        &one.note
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_is_typed_or_pasted() {
        let typed = "1，履历表，1985-06，1，4，\n\n4-1,学历证明,1979,2,3,复印件";
        let read_in = read(typed).unwrap_or_default();
        assert_eq!(read_in.len(), 2);
        assert_eq!((read_in[1].copies, read_in[1].pages), (2, 3));
        let pasted = "1\t履历表\t1985-06\t1\t4\n4-1\t学历证明\t1979\t2\t3\t复印件\n";
        assert_eq!(read(pasted).ok(), Some(read_in.clone()));
        assert_eq!(read(&written(&read_in)).ok(), Some(read_in));
        for wrong in ["1", "1，履历表，1985，一份，4", "1，a，b，1，2，c，d", "1，表，，-1，2"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
