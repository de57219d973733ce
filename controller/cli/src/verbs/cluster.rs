//! `loa cluster ..`.

use controller_api::{Changed, Cluster, ClusterKind, ClusterSpec, Identities, text};
use serde::Serialize;
use serde_json::json;

use super::new_file::write_private;
use crate::args::{ClusterAddArgs, ClusterIdentityArgs, ClusterVerb};
use crate::client::segment;
use crate::failure::{Exit, Failure, Outcome};
use crate::report;
use crate::session::Session;

/// Carries out one verb about clusters.
pub async fn run(session: &mut Session, verb: ClusterVerb) -> Outcome {
    match verb {
        ClusterVerb::List => list(session).await,
        ClusterVerb::Show { id } => show(session, &id).await,
        ClusterVerb::Add(args) => add(session, args).await,
        ClusterVerb::Remove { id } => remove(session, &id).await,
        ClusterVerb::Identity(args) => identity(session, &args).await,
    }
}

async fn list(session: &mut Session) -> Outcome {
    let (client, _) = session.connect().await?;
    let mut clusters: Vec<Cluster> = client.get("/v1/clusters").await?;
    clusters.sort_by(|a, b| a.spec.id.cmp(&b.spec.id));
    session.print(&json!({ "clusters": clusters }), &report::cluster::list(&session.screen, &clusters))?;
    Ok(Exit::Done)
}

async fn show(session: &mut Session, id: &str) -> Outcome {
    let (client, status) = session.connect().await?;
    let cluster: Cluster = client.get(&format!("/v1/clusters/{}", segment(id))).await?;
    session.print(&cluster, &report::cluster::show(&session.screen, &cluster, status.now))?;
    Ok(Exit::Done)
}

async fn add(session: &mut Session, args: ClusterAddArgs) -> Outcome {
    let (client, _) = session.connect().await?;
    let spec = ClusterSpec {
        id: args.id,
        kind: ClusterKind::from(args.kind),
        name: args.name,
        village: args.village,
        uplink: args.uplink,
        gateway: args.gateway,
        zone: args.zone,
        languages: args.languages,
    };
    let changed: Changed = client.post("/v1/clusters", &[&spec]).await?;
    let text = match &spec.gateway {
        Some(gateway) => {
            let params = [("cluster", spec.id.as_str()), ("gateway", gateway)];
            session.screen.say("cluster-added-wireless", &params)
        }
        None => session.screen.say("cluster-added", &[("cluster", &spec.id)]),
    };
    session.print(&changed, &format!("{text}\n"))?;
    Ok(Exit::Done)
}

async fn remove(session: &mut Session, id: &str) -> Outcome {
    let (client, _) = session.connect().await?;
    let changed: Changed = client.delete(&format!("/v1/clusters/{}", segment(id))).await?;
    let text = session.screen.say("cluster-removed", &[("cluster", id)]);
    session.print(&changed, &format!("{text}\n"))?;
    Ok(Exit::Done)
}

/// What a file for a single device holds.
#[derive(Debug, Serialize)]
struct OneIdentity<'i> {
    site: &'i str,
    cluster: &'i str,
    kind: ClusterKind,
    site_keys: &'i [String],
    generation: u32,
    device_key: &'i str,
    broker: &'i str,
}

async fn identity(session: &mut Session, args: &ClusterIdentityArgs) -> Outcome {
    if session.global.url.is_some() {
        return Err(Failure::wrong_use(text!(IdentitiesOnlyLocal)));
    }
    let (client, _) = session.connect().await?;
    let wanted = args.ids.iter().map(|id| segment(id)).collect::<Vec<_>>().join(",");
    let query = if wanted.is_empty() { String::new() } else { format!("?clusters={wanted}") };
    let identities: Identities = client.get(&format!("/v1/identities{query}")).await?;
    if identities.devices.is_empty() {
        return Err(Failure::failed(text!(IdentityNone)));
    }
    let toml = toml_of(&identities, args.ids.len() == 1)?;
    let Some(path) = &args.out else {
        session.print(&identities, &toml)?;
        return Ok(Exit::Done);
    };
    write_private(path, &toml)?;
    let (n, file) = (identities.devices.len(), path.display().to_string());
    let text = session.screen.say("identity-written", &[("n", &n.to_string()), ("path", &file)]);
    session.print(&json!({ "path": path, "devices": n }), &format!("{text}\n"))?;
    Ok(Exit::Done)
}

fn toml_of(identities: &Identities, single: bool) -> Result<String, Failure> {
    let toml = match identities.devices.as_slice() {
        [device] if single => toml::to_string(&OneIdentity {
            site: &identities.site,
            cluster: &device.cluster,
            kind: device.kind,
            site_keys: &identities.site_keys,
            generation: device.generation,
            device_key: &device.device_key,
            broker: &identities.broker,
        }),
        _ => toml::to_string(identities),
    };
    toml.map_err(Failure::internal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use controller_api::DeviceIdentity;

    fn identities() -> Identities {
        let device = |cluster: &str, kind| DeviceIdentity {
            cluster: cluster.into(),
            kind,
            generation: 0,
            device_key: "aa".repeat(32),
        };
        Identities {
            site: "bao-nhai".into(),
            site_keys: vec!["bb".repeat(32)],
            broker: "127.0.0.1:1883".into(),
            devices: vec![device("a-1", ClusterKind::Smart), device("fm-1", ClusterKind::Gateway)],
        }
    }

    #[test]
    fn one_device_has_a_file_of_its_own_shape() {
        let mut one = identities();
        one.devices.truncate(1);
        let text = toml_of(&one, true).unwrap();
        assert!(text.contains("cluster = \"a-1\"\nkind = \"smart\"\n") && !text.contains("[["), "{text}");
        assert!(toml_of(&one, false).unwrap().contains("[[device]]"));
    }

    #[test]
    fn many_devices_are_tables() {
        let text = toml_of(&identities(), false).unwrap();
        assert!(text.starts_with("site = \"bao-nhai\"\n"), "{text}");
        assert_eq!(text.matches("[[device]]\n").count(), 2);
    }
}
