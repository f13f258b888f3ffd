//! `serve`: pages, API and health over HTTP.

use std::process::ExitCode;

use super::Place;
use super::setup::prepare;
use crate::duties;
use crate::state::App;

pub async fn serve(place: &Place, listen: &str) -> anyhow::Result<ExitCode> {
    let db = place.open()?;
    prepare(&db).await?;
    let app = App::new(db, None)?;
    listen_telling(app, listen, |_| {}).await?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until the process is asked to stop; requests under way are finished first.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn listen_telling(
    app: crate::web::Shared,
    listen: &str,
    tell: impl FnOnce(&str),
) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let address = format!("http://{}", listener.local_addr()?);
    eprintln!("listening on {address}");
    tell(&address);
    crate::exchange::work::let_go(&app.db).await?;
    let sweeper = tokio::spawn(duties::sweep::keep_swept(app.clone()));
    let router = crate::routes::router(app);
    axum::serve(listener, router).with_graceful_shutdown(asked_to_stop()).await?;
    sweeper.abort();
    Ok(())
}

async fn asked_to_stop() {
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
