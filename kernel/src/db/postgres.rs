//! PostgreSQL: a pool of connections, statements prepared once a connection.

use bytes::BytesMut;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use futures_util::future::try_join_all;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Config, NoTls};

use super::Answer;
use super::bulk::Insertion;
use super::value::{DbError, Query, Row, Value};

type Boxed = Box<dyn std::error::Error + Sync + Send>;

/// Name and definition of the indexes of a table, but for those of its keys.
pub(super) const INDEXES: &str = "SELECT i.indexname, i.indexdef FROM pg_indexes i
     WHERE i.schemaname = current_schema() AND i.tablename = $1
       AND NOT EXISTS (SELECT 1 FROM pg_constraint c
                       WHERE c.conname = i.indexname AND c.contype IN ('p', 'u'))
     ORDER BY i.indexname";

/// Statements that are under way at once on a connection.
const UNDER_WAY: usize = 512;

pub(super) struct Postgres {
    pool: Pool,
}

/// The writing side of one act on PostgreSQL; dropped without a commit it is rolled back.
pub(super) struct Writing {
    client: Option<Object>,
}

impl Postgres {
    pub fn open(url: &str) -> Result<Self, DbError> {
        let mut config: Config = url.parse()?;
        config.application_name("songhe");
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(16)
            .build()
            .map_err(|cause| DbError::Pool(cause.to_string()))?;
        Ok(Self { pool })
    }

    async fn client(&self) -> Result<Object, DbError> {
        self.pool.get().await.map_err(|cause| DbError::Pool(cause.to_string()))
    }

    pub async fn read(&self, queries: Vec<Query>) -> Result<Vec<Vec<Row>>, DbError> {
        read_all(&self.client().await?, &queries).await
    }

    /// Begins in a task of its own: a request dropped half-way cannot leave a transaction open.
    pub async fn begin(&self) -> Result<Writing, DbError> {
        self.begin_as("BEGIN").await
    }

    /// A transaction that sees one state of the database.
    pub async fn view(&self) -> Result<Writing, DbError> {
        self.begin_as("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1").await
    }

    async fn begin_as(&self, words: &'static str) -> Result<Writing, DbError> {
        let pool = self.pool.clone();
        let begun = tokio::spawn(async move {
            let client = pool.get().await.map_err(|cause| DbError::Pool(cause.to_string()))?;
            let writing = Writing { client: Some(client) };
            if let Some(client) = &writing.client {
                client.batch_execute(words).await?;
            }
            Ok(writing)
        });
        begun.await.map_err(|_| DbError::Closed("begin"))?
    }
}

impl Writing {
    fn client(&self) -> Result<&Object, DbError> {
        self.client.as_ref().ok_or(DbError::Closed("act"))
    }

    /// Answers statements that only read.
    pub async fn read(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, DbError> {
        read_all(self.client()?, queries).await
    }

    pub async fn ask(&self, queries: Vec<Query>) -> Result<Vec<Answer>, DbError> {
        let mut answers = Vec::with_capacity(queries.len());
        for query in &queries {
            answers.push(run(self.client()?, query).await?);
        }
        Ok(answers)
    }

    pub async fn put(&self, queries: Vec<Query>) -> Result<(), DbError> {
        for query in &queries {
            run(self.client()?, query).await?;
        }
        Ok(())
    }

    /// Copies the rows of one insertion into its table.
    pub async fn copy(&self, into: &Insertion<'_>, rows: &[Query]) -> Result<(), DbError> {
        let (client, Insertion { table, columns, .. }) = (self.client()?, into);
        let kinds = client.prepare_cached(&format!("SELECT {columns} FROM {table}")).await?;
        let kinds: Vec<Type> = kinds.columns().iter().map(|c| c.type_().clone()).collect();
        let copy = format!("COPY {table} ({columns}) FROM STDIN (FORMAT binary)");
        let sink = client.copy_in(&copy).await?;
        let mut copy = std::pin::pin!(BinaryCopyInWriter::new(sink, &kinds));
        for row in rows {
            copy.as_mut().write_raw(into.row(&row.params)?).await?;
        }
        copy.finish().await?;
        Ok(())
    }

    pub async fn script(&self, script: &str) -> Result<(), DbError> {
        Ok(self.client()?.batch_execute(script).await?)
    }

    pub async fn commit(mut self) -> Result<(), DbError> {
        let Some(client) = self.client.take() else {
            return Err(DbError::Closed("act"));
        };
        let done = tokio::spawn(async move {
            let ended = client.batch_execute("COMMIT").await;
            if ended.is_err() {
                drop(Object::take(client));
            }
            ended
        });
        Ok(done.await.map_err(|_| DbError::Closed("commit"))??)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            drop(Object::take(client));
            return;
        };
        runtime.spawn(async move {
            if client.batch_execute("ROLLBACK").await.is_err() {
                drop(Object::take(client));
            }
        });
    }
}

/// Sends all statements before it waits for the first answer: together they are one trip to the
/// server. Which of them is sent first is not settled, so none of them may write.
async fn read_all(client: &Object, queries: &[Query]) -> Result<Vec<Vec<Row>>, DbError> {
    if let [query] = queries {
        return Ok(vec![run(client, query).await?.rows]);
    }
    let mut prepared: Vec<&str> = Vec::new();
    for query in queries {
        if !prepared.contains(&query.sql) {
            client.prepare_cached(query.sql).await?;
            prepared.push(query.sql);
        }
    }
    let mut answers = Vec::with_capacity(queries.len());
    for part in queries.chunks(UNDER_WAY) {
        let done = try_join_all(part.iter().map(|query| run(client, query))).await?;
        answers.extend(done.into_iter().map(|answer| answer.rows));
    }
    Ok(answers)
}

async fn run(client: &Object, query: &Query) -> Result<Answer, DbError> {
    let statement = client.prepare_cached(query.sql).await?;
    let params: Vec<&(dyn ToSql + Sync)> =
        query.params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    if statement.columns().is_empty() {
        return Ok(Answer { rows: Vec::new(), n: client.execute(&statement, &params).await? });
    }
    let rows = client.query(&statement, &params).await?;
    let rows = rows.iter().map(read_row).collect::<Result<Vec<_>, _>>()?;
    let n = rows.len() as u64;
    Ok(Answer { rows, n })
}

fn read_row(row: &tokio_postgres::Row) -> Result<Row, DbError> {
    let value = |(at, column): (usize, &tokio_postgres::Column)| -> Result<Value, DbError> {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(at)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(at)?.map(i64::from).into(),
            Type::BOOL => row.try_get::<_, Option<bool>>(at)?.map(i64::from).into(),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at)?.into(),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => {
                row.try_get::<_, Option<String>>(at)?.into()
            }
            ref other => return Err(DbError::Shape(format!("type {other}"))),
        })
    };
    row.columns().iter().enumerate().map(value).collect::<Result<_, _>>().map(Row)
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) if *kind == Type::INT4 => i32::try_from(*n)?.to_sql(kind, out),
            Self::Int(n) => n.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
