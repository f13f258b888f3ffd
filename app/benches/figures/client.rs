//! A small load generator: HTTP/1.1 with keep-alive over loopback, one thread for all connections.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::net::TcpStream;

/// What one request was answered with.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }
}

/// One connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(1 << 17) })
    }

    /// Sends a request and reads the whole answer.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        let (status, n_head, n_all) = self.exchange(request).await?;
        let head = String::from_utf8_lossy(&self.buffer[..n_head]).into_owned();
        Ok(Answer { status, head, body: self.buffer[n_head..n_all].to_vec() })
    }

    /// As [`Connection::ask`], leaving the answer where it is: status, lengths of head and all.
    async fn exchange(&mut self, request: &[u8]) -> anyhow::Result<(u16, usize, usize)> {
        self.send(request).await?;
        self.buffer.clear();
        loop {
            self.receive().await?;
            let Some(n_head) = find(&self.buffer, b"\r\n\r\n").map(|at| at + 4) else {
                continue;
            };
            let head = std::str::from_utf8(&self.buffer[..n_head])?;
            let status = head.get(9..12).and_then(|code| code.parse().ok());
            let status = status.context("no status")?;
            let lower = head.to_ascii_lowercase();
            let length = lower.split("content-length: ").nth(1).and_then(|rest| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                digits.parse::<usize>().ok()
            });
            match length {
                Some(n_body) => {
                    while self.buffer.len() < n_head + n_body {
                        self.receive().await?;
                    }
                    return Ok((status, n_head, n_head + n_body));
                }
                None if lower.contains("transfer-encoding: chunked") => {
                    while !self.buffer.ends_with(b"\r\n0\r\n\r\n") {
                        self.receive().await?;
                    }
                    return Ok((status, n_head, self.buffer.len()));
                }
                None => return Ok((status, n_head, n_head)),
            }
        }
    }

    async fn send(&self, mut bytes: &[u8]) -> anyhow::Result<()> {
        while !bytes.is_empty() {
            match self.stream.try_write(bytes) {
                Ok(n) => bytes = &bytes[n..],
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {
                    self.stream.writable().await?;
                }
                Err(cause) => return Err(cause.into()),
            }
        }
        Ok(())
    }

    async fn receive(&mut self) -> anyhow::Result<()> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.buffer) {
                Ok(0) => bail!("the server has closed the connection"),
                Ok(_) => return Ok(()),
                Err(cause) if cause.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(cause) => return Err(cause.into()),
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// How a server is asked: so many connections at once, for so long.
#[derive(Clone, Copy)]
pub struct Press {
    pub n_connections: usize,
    pub warm_up: Duration,
    pub length: Duration,
    /// Every answer must have this status.
    pub status: u16,
}

/// What came of it; times in microseconds, sorted.
pub struct Pressed {
    pub per_second: u64,
    pub micros: Vec<u32>,
    pub n_bytes: u64,
}

impl Pressed {
    /// The time within which so many of a thousand were answered.
    pub fn within(&self, per_mille: usize) -> Duration {
        let at = (self.micros.len() * per_mille / 1_000).min(self.micros.len().saturating_sub(1));
        Duration::from_micros(self.micros.get(at).copied().unwrap_or(0).into())
    }
}

/// The bytes of the n-th request, sent over a connection with a number of its own.
pub type Requests = Rc<dyn Fn(u64, usize) -> Vec<u8>>;

/// Asks a server for as long as the press lasts.
pub fn press(address: &str, press: Press, requests: &Requests) -> anyhow::Result<Pressed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let all = tokio::task::LocalSet::new();
    let from = Instant::now() + press.warm_up;
    let next = Rc::new(Cell::new(0));
    let one = |at: usize| {
        let (address, requests, next) = (address.to_owned(), Rc::clone(requests), Rc::clone(&next));
        all.spawn_local(async move {
            let mut connection = Connection::open(&address).await?;
            keep_asking(&mut connection, (press, from), || {
                let n = next.replace(next.get() + 1);
                requests(n, at)
            })
            .await
        })
    };
    let asking: Vec<_> = (0..press.n_connections).map(one).collect();
    let mut pressed = Pressed { per_second: 0, micros: Vec::new(), n_bytes: 0 };
    all.block_on(&runtime, async {
        for connection in asking {
            let (micros, n_bytes) = connection.await??;
            pressed.micros.extend(micros);
            pressed.n_bytes += n_bytes;
        }
        anyhow::Ok(())
    })?;
    pressed.micros.sort_unstable();
    let n = pressed.micros.len() as u64;
    pressed.per_second = n * 1_000 / u64::try_from(press.length.as_millis())?.max(1);
    pressed.n_bytes /= n.max(1);
    Ok(pressed)
}

async fn keep_asking(
    connection: &mut Connection,
    (press, from): (Press, Instant),
    mut request: impl FnMut() -> Vec<u8>,
) -> anyhow::Result<(Vec<u32>, u64)> {
    let (mut micros, mut n_bytes) = (Vec::new(), 0);
    while Instant::now() < from + press.length {
        let request = request();
        let sent = Instant::now();
        let (status, n_head, n_all) = connection.exchange(&request).await?;
        if status != press.status {
            let (asked, told) = (String::from_utf8_lossy(&request), &connection.buffer[..n_all]);
            bail!("{asked}\nwas answered\n{}", String::from_utf8_lossy(told));
        }
        if sent >= from {
            micros.push(u32::try_from(sent.elapsed().as_micros())?);
            n_bytes += (n_all - n_head) as u64;
        }
    }
    Ok((micros, n_bytes))
}
