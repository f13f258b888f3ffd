//! The programs under measurement: the built binary as a process of its own, and beside it a
//! handler that does nothing but answer a page of the same size through the same server.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

use super::client::Connection;
use super::place::Place;

/// A process that listens; ended when dropped.
pub struct Server {
    child: Child,
    pub address: String,
    /// From the start of the process to its first answer.
    pub ready_after: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// `songhe serve` over the made-up people.
    pub fn product(place: &Place) -> anyhow::Result<Self> {
        let listen = free_address()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_songhe"));
        command.args(["--database", &place.url(), "--today", &place.today.to_string()]);
        command.args(["serve", "--listen", &listen]);
        Self::start(command, listen, "/readyz")
    }

    /// This program, answering so many bytes to everything.
    pub fn of_bytes(n_bytes: u64) -> anyhow::Result<Self> {
        let listen = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--answer", &n_bytes.to_string(), "--listen", &listen]);
        Self::start(command, listen, "/")
    }

    fn start(mut command: Command, address: String, path: &str) -> anyhow::Result<Self> {
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let begun = Instant::now();
        let mut child = command.spawn()?;
        let mut told = BufReader::new(child.stderr.take().context("no standard error")?);
        while TcpStream::connect(&address).is_err() {
            if let Some(status) = child.try_wait()? {
                let mut words = String::new();
                while told.read_line(&mut words)? > 0 {}
                anyhow::bail!("the server has ended with {status}: {words}");
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        // What it tells is read to the end, so that it never waits for a reader.
        std::thread::spawn(move || told.lines().for_each(drop));
        let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n");
        let answer = once(&address, request.as_bytes())?;
        anyhow::ensure!(answer.status == 200, "{path} answers {}", answer.status);
        Ok(Self { child, address, ready_after: begun.elapsed() })
    }

    /// Memory that is in use now, in KiB: all of it, and what is not pages of files.
    pub fn memory(&self) -> anyhow::Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let figure = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let digits = line.and_then(|line| line.split_whitespace().next());
            digits.and_then(|digits| digits.parse().ok()).context("no such figure")
        };
        Ok((figure("VmRSS:")?, figure("RssAnon:")?))
    }
}

/// One request on a connection of its own.
pub fn once(address: &str, request: &[u8]) -> anyhow::Result<super::client::Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { Connection::open(address).await?.ask(request).await })
}

fn free_address() -> anyhow::Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.to_string())
}

/// Answers every request with so many bytes; the work of `--answer`.
pub fn answer(n_bytes: usize, listen: &str) -> anyhow::Result<()> {
    let page = "页".repeat(n_bytes / 3) + &"p".repeat(n_bytes % 3);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let handler = move || {
            let page = page.clone();
            async move { axum::response::Html(page) }
        };
        let router = axum::Router::new().fallback(handler);
        anyhow::Ok(axum::serve(listener, router).await?)
    })
}

/// Somebody who has signed in.
#[derive(Clone)]
pub struct Visitor {
    cookie: String,
}

impl Visitor {
    /// Signs in as the demo's account of a post.
    pub fn sign_in(server: &Server, place: &Place, post: &str) -> anyhow::Result<Self> {
        let password = place.password(post)?;
        let body = format!("name={post}&password={password}");
        let request = format!(
            "POST /sign-in HTTP/1.1\r\nHost: bench\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
            body.len()
        );
        let answer = once(&server.address, request.as_bytes())?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.with_context(|| format!("{post} cannot sign in: {}", answer.status))?;
        Ok(Self { cookie: cookie.to_owned() })
    }

    /// A request for a page, with what a browser sends along.
    pub fn get(&self, path: &str, packed: Packed) -> Vec<u8> {
        let accept = if packed == Packed::Yes { "Accept-Encoding: gzip, deflate\r\n" } else { "" };
        let cookie = &self.cookie;
        format!("GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n{accept}\r\n").into()
    }

    /// A form that is sent.
    pub fn post(&self, path: &str, body: &str) -> Vec<u8> {
        let (cookie, n) = (&self.cookie, body.len());
        format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\nContent-Length: {n}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}"
        )
        .into()
    }
}

/// Whether the browser takes a packed answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    Yes,
    No,
}
