//! `/metrics` of a worker, as the API's: what this process counted, for the addresses of `METRICS_ALLOWED_ADDRESSES`.

use std::{io, net::TcpListener};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, dev::Server, web};
use anyhow::Context as _;
use infra::config::ServerConfig;
use tokio::sync::watch;

/// Where figures are asked for; none where nobody is to.
///
/// # Errors
/// When another program listens there.
pub fn listen(server: &ServerConfig) -> anyhow::Result<Option<TcpListener>> {
    let bind =
        |address| TcpListener::bind(address).with_context(|| format!("WORKER_METRICS_ADDRESS {address}"));
    server.worker_metrics.map(bind).transpose()
}

/// What answers there, once it is polled.
///
/// # Errors
/// When there are no more threads.
pub fn server(app: app::App, config: ServerConfig, listener: TcpListener) -> io::Result<Server> {
    let state = web::Data::new((app, config));
    let routes = move || App::new().app_data(state.clone()).route("/metrics", web::get().to(figures));
    Ok(HttpServer::new(routes).workers(1).disable_signals().shutdown_timeout(1).listen(listener)?.run())
}

/// Answers until `stopped` says so.
pub async fn serve(server: Server, mut stopped: watch::Receiver<bool>) {
    let handle = server.handle();
    let ending = async {
        drop(stopped.wait_for(|stop| *stop).await);
        handle.stop(true).await;
    };
    if let (Err(error), ()) = tokio::join!(server, ending) {
        tracing::error!(%error, "figures are not shown any more");
    }
}

async fn figures(request: HttpRequest, state: web::Data<(app::App, ServerConfig)>) -> HttpResponse {
    let (app, server) = state.as_ref();
    // the address of the connection itself: what a header says of it, anybody can write
    let from = request.peer_addr().map(|peer| peer.ip().to_canonical());
    if !from.is_some_and(|from| server.metrics_allowed.iter().any(|net| net.contains(&from))) {
        return HttpResponse::Forbidden().finish();
    }
    match app::metrics::text(app).await {
        Ok(text) => HttpResponse::Ok().content_type(app::metrics::CONTENT_TYPE).body(text),
        Err(error) => {
            tracing::error!(%error, "there are no figures");
            HttpResponse::InternalServerError().finish()
        }
    }
}
