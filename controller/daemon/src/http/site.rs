//! The site: status, clusters, health, identities.

use axum::Json;
use axum::extract::{Path, Query, State};
use controller_api::{
    Broker, Changed, Cluster, ClusterKind, ClusterSpec, DeviceIdentity, Error, ErrorKind, Health, Identities,
    SiteChanged, SiteFile, SiteImport, Status, text,
};
use controller_core::change::SiteChange;
use controller_core::command::{Command, Done};
use controller_core::refusal::Refusal;
use firmware_proto::ClusterId;
use serde::Deserialize;

use super::api::{Answer, Api, Told};
use crate::actor::By;
use crate::handle::View;
use crate::{failure, site_file, views};

pub(crate) async fn status(State(api): State<Api>) -> Told<Status> {
    let (kind, address, site) = (api.broker, api.broker_address.clone(), api.site.to_string());
    let status = move |view: &View| {
        let state = view.core.state();
        let clusters = views::clusters(&view.core, view.now);
        let counts = views::counts(&clusters);
        Status {
            site,
            name: state.settings.name.clone(),
            timezone: state.settings.timezone.to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            now: view.now.0,
            started_at: view.core.time(view.facts.started).utc.0,
            broker: Broker {
                kind,
                address,
                connected: view.core.is_broker_connected(),
                since: view.core.time(view.facts.broker_since).utc.0,
                trouble: view.facts.broker_trouble.clone(),
            },
            clusters: counts.values().sum(),
            counts,
            jobs_open: state.each_job().filter(|job| job.is_open()).count(),
            journal_entries: view.facts.journal_entries,
            controller: views::own_faults(view),
            rejected: view.core.rejections().iter().map(|(why, n)| (views::rejected(*why), *n)).collect(),
        }
    };
    api.tell(status).await
}

pub(crate) async fn health(State(api): State<Api>) -> Told<Health> {
    let health = |view: &View| {
        let clusters = views::clusters(&view.core, view.now);
        Health {
            at: view.now.0,
            timezone: view.core.state().settings.timezone.to_string(),
            broker_connected: view.core.is_broker_connected(),
            controller: views::own_faults(view),
            counts: views::counts(&clusters),
            clusters,
        }
    };
    api.tell(health).await
}

pub(crate) async fn clusters(State(api): State<Api>) -> Told<Vec<Cluster>> {
    api.tell(|view| views::clusters(&view.core, view.now)).await
}

pub(crate) async fn cluster(State(api): State<Api>, Path(id): Path<String>) -> Told<Cluster> {
    let find = move |view: &View| {
        let report = view.core.health(view.now);
        let health = report.clusters.iter().find(|health| health.cluster.as_str() == id);
        health.and_then(|health| views::cluster(&view.core, health)).ok_or_else(|| unknown(view, &id))
    };
    api.try_tell(find).await
}

pub(crate) fn unknown(view: &View, id: &str) -> Error {
    let nearest = view.core.state().nearest_clusters(id);
    failure::refusal(&Refusal::UnknownCluster { cluster: id.to_owned(), nearest })
}

pub(crate) async fn show(State(api): State<Api>) -> Told<SiteFile> {
    let site = api.site.clone();
    api.tell(move |view| site_file::of(&site, view.core.state())).await
}

pub(crate) async fn change(
    State(api): State<Api>,
    By(actor): By,
    Json(wanted): Json<SiteImport>,
) -> Answer<SiteChanged> {
    if wanted.file.site.id != api.site.as_str() {
        let text = text!(AnotherSite { site: wanted.file.site.id, ours: api.site });
        return Err(failure::error(ErrorKind::BadRequest, text, "the file is of another site").into());
    }
    let change =
        SiteChange { replace: wanted.replace, dry_run: wanted.dry_run, ..site_file::change(&wanted.file)? };
    match api.engine.change(actor, Command::ChangeSite(change)).await? {
        Done::Site(changed) => Ok(Json(views::site_changed(*changed, wanted.dry_run))),
        other => Err(failure::internal(format!("{other:?}")).into()),
    }
}

pub(crate) async fn add_clusters(
    State(api): State<Api>,
    By(actor): By,
    Json(specs): Json<Vec<ClusterSpec>>,
) -> Answer<Changed> {
    let clusters: Result<Vec<_>, Error> = specs.iter().map(site_file::cluster).collect();
    api.engine.change(actor, Command::AddClusters(clusters?)).await?;
    Ok(Json(Changed { changed: specs.len() }))
}

pub(crate) async fn accept_clock(State(api): State<Api>, By(actor): By) -> Answer<Changed> {
    api.engine.change(actor, Command::AcceptClock).await?;
    Ok(Json(Changed { changed: 1 }))
}

pub(crate) async fn remove_cluster(
    State(api): State<Api>,
    By(actor): By,
    Path(id): Path<String>,
) -> Answer<Changed> {
    let known = id.parse::<ClusterId>();
    let Ok(cluster) = known else { return Err(api.engine.glance(|view| unknown(view, &id)))? };
    api.engine.change(actor, Command::RemoveCluster(cluster)).await?;
    Ok(Json(Changed { changed: 1 }))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    /// Separated by commas; absent: all.
    clusters: Option<String>,
}

pub(crate) async fn identities(State(api): State<Api>, Query(which): Query<Which>) -> Answer<Identities> {
    let wanted: Option<Vec<String>> =
        which.clusters.map(|list| list.split(',').map(|id| id.trim().to_owned()).collect());
    let devices = api.engine.look(move |view| devices(view, wanted.as_deref())).await??;
    let key_of = |cluster: &ClusterId, generation: u32| {
        let key = api.key.device_key(&api.site, cluster, generation);
        base16ct::lower::encode_string(key.as_bytes())
    };
    let device = |(cluster, kind, generation): (ClusterId, ClusterKind, u32)| DeviceIdentity {
        device_key: key_of(&cluster, generation),
        cluster: cluster.to_string(),
        kind,
        generation,
    };
    Ok(Json(Identities {
        site: api.site.to_string(),
        site_keys: vec![base16ct::lower::encode_string(&api.key.public().to_bytes())],
        broker: api.advertise.clone(),
        devices: devices.into_iter().map(device).collect(),
    }))
}

/// A device, what it is, and the generation of its key.
type Device = (ClusterId, ClusterKind, u32);

/// The devices among the wanted clusters; an unknown one is an error, a wireless one has none.
fn devices(view: &View, wanted: Option<&[String]>) -> Result<Vec<Device>, Error> {
    let known = &view.core.state().clusters;
    if let Some(stranger) = wanted.into_iter().flatten().find(|id| !known.keys().any(|k| k.as_str() == *id)) {
        return Err(unknown(view, stranger));
    }
    let is_wanted = |id: &ClusterId| wanted.is_none_or(|ids| ids.iter().any(|w| w == id.as_str()));
    let kind = |cluster: &controller_core::cluster::Cluster| match cluster.wire_kind()? {
        firmware_proto::message::Kind::Smart => Some(ClusterKind::Smart),
        firmware_proto::message::Kind::Gateway => Some(ClusterKind::Gateway),
    };
    let chosen = known.values().filter(|cluster| is_wanted(&cluster.id));
    Ok(chosen
        .filter_map(|cluster| Some((cluster.id.clone(), kind(cluster)?, cluster.key_generation)))
        .collect())
}
