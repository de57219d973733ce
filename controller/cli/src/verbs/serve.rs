//! `loa init` and `loa serve`: the verbs that work on the data folder itself.

use controller_api::{ClusterKind, SiteFile};
use controller_daemon::config::Config;
use controller_daemon::{DaemonError, Ready};
use serde_json::json;

use crate::args::InitArgs;
use crate::failure::{Exit, Failure, Outcome};
use crate::place::data_dir;
use crate::session::{Session, log_to_stderr};
use crate::{signals, site_file};

/// Makes a data folder for a new site.
pub fn init(session: &Session, args: &InitArgs) -> Outcome {
    let data = data_dir(&session.global);
    let loaded = args.site.as_deref().map(site_file::load).transpose()?;
    let empty = || SiteFile::empty(&args.id, &args.name);
    let site = loaded.as_ref().map_or_else(empty, |loaded| loaded.file.clone());
    controller_daemon::init(&data, &site).map_err(|error| {
        let failure = from_daemon(error);
        loaded.as_ref().map_or(failure.clone(), |loaded| loaded.placed(failure))
    })?;
    let name = site.site.name.as_ref().unwrap_or(&site.site.id);
    let clusters = site.clusters.iter().filter(|cluster| cluster.kind != ClusterKind::Gateway).count();
    let (path, n) = (data.display().to_string(), clusters.to_string());
    let params = [("name", name.as_str()), ("site", &site.site.id), ("path", &path), ("clusters", &n)];
    let key = data.join("site.key").display().to_string();
    let text = [session.screen.say("init-done", &params), session.screen.say("init-next", &[("key", &key)])];
    let value = json!({ "site": site.site.id, "data": data, "clusters": clusters });
    session.print(&value, &format!("{}\n{}\n", text[0], text[1]))?;
    Ok(Exit::Done)
}

/// Runs the controller until Ctrl-C or SIGTERM; with a journal that it begins, if `new`; in the place of another
/// controller of the site, if `take_over`.
pub async fn serve(session: &Session, new: bool, take_over: bool) -> Outcome {
    log_to_stderr("warn,controller_daemon=info");
    let config = Config::load(&data_dir(&session.global)).map_err(|e| from_daemon(e.into()))?;
    if new {
        controller_daemon::begin_journal(&config).map_err(from_daemon)?;
    }
    let stop = signals::stop()?;
    let ready = |ready: Ready| {
        if let Err(failure) = tell_ready(session, &ready) {
            session.complain(&failure);
        }
    };
    controller_daemon::run(config, take_over, ready, stop).await.map_err(from_daemon)?;
    session.note(&session.catalogue().get("serve-stopped"));
    Ok(Exit::Done)
}

fn tell_ready(session: &Session, ready: &Ready) -> Result<(), Failure> {
    let socket = ready.socket.display().to_string();
    let params = [("socket", socket.as_str()), ("broker", &ready.broker)];
    let mut text = session.screen.say("serve-ready", &params) + "\n";
    if let Some(address) = ready.http {
        text += &session.screen.say("serve-http", &[("address", &address.to_string())]);
        text += "\n";
    }
    let value = json!({
        "socket": ready.socket,
        "broker": ready.broker,
        "http": ready.http.map(|address| format!("http://{address}")),
    });
    session.print(&value, &text)
}

/// What the daemon says, as the catalogue knows it.
pub(crate) fn from_daemon(error: DaemonError) -> Failure {
    match error {
        DaemonError::SiteFile(_) | DaemonError::Refused(_) => Failure::wrong_use(error.text()),
        _ => Failure::failed(error.text()),
    }
}
