//! `serve`: pages, API and health over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderValue;
use axum::middleware::{self, Next};
use axum::response::Response;

use super::Place;
use super::setup::prepare;
use crate::duties;
use crate::state::App;

pub async fn serve(place: &Place, listen: &str, proxies: Vec<IpAddr>) -> anyhow::Result<ExitCode> {
    let db = place.open_existing()?;
    prepare(&db).await?;
    let app = App::new(db, None)?;
    listen_telling(app, (listen, proxies), |_| {}).await?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until the process is asked to stop; requests under way are finished first.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn listen_telling(
    app: crate::web::Shared,
    (listen, proxies): (&str, Vec<IpAddr>),
    tell: impl FnOnce(&str),
) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let address = format!("http://{}", listener.local_addr()?);
    eprintln!("listening on {address}");
    tell(&address);
    crate::exchange::work::let_go(&app.db).await?;
    let sweeper = tokio::spawn(duties::sweep::keep_swept(app.clone()));
    let proxies: Arc<[IpAddr]> = proxies.into();
    let router = crate::routes::router(app)
        .layer(middleware::from_fn_with_state(proxies, told_address))
        .into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, router).with_graceful_shutdown(asked_to_stop()).await?;
    sweeper.abort();
    Ok(())
}

/// Where a request comes from is told by the proxy in front, by nobody else: whoever could choose
/// the address freely could guess passwords without end.
async fn told_address(
    State(proxies): State<Arc<[IpAddr]>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let from = peer.ip().to_canonical();
    let is_proxy = from.is_loopback() || proxies.contains(&from);
    let headers = request.headers_mut();
    if !is_proxy {
        headers.remove("x-forwarded-proto");
    }
    if (!is_proxy || !headers.contains_key("x-forwarded-for"))
        && let Ok(from) = HeaderValue::from_str(&from.to_string())
    {
        headers.insert("x-forwarded-for", from);
    }
    next.run(request).await
}

/// Waits until somebody asks the process to stop.
pub(super) async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
