//! Sites between files and the core: what a file means, and the file of a site as it is.

use std::collections::BTreeMap;

use controller_api::{ClusterSpec, Error, ErrorKind, HourVolume, SiteFile, SiteTable, Uplink, text};
use controller_core::State;
use controller_core::change::SiteChange;
use controller_core::cluster::{Cluster, ClusterKind};
use controller_core::patch::SettingsPatch;
use controller_core::refusal::Refusal;
use controller_core::settings::Settings;
use firmware_proto::{ClusterId, SiteId};
use schedules::Zone;

use crate::{failure, views};

/// How a file says that there is no such thing.
const OFF: &str = "off";

/// The site's id.
///
/// # Errors
/// It is none.
pub(crate) fn site_id(file: &SiteFile) -> Result<SiteId, Error> {
    SiteId::new(&file.site.id).map_err(|e| wrong(format!("site.id {:?}: {e}", file.site.id)))
}

fn wrong(problem: String) -> Error {
    failure::error(ErrorKind::BadRequest, text!(SiteFileWrong { problem: problem }), problem)
}

/// The change of a site to what a file says; what it leaves out stays.
///
/// # Errors
/// The first thing that cannot be described so.
pub(crate) fn change(file: &SiteFile) -> Result<SiteChange, Error> {
    let named = file.uplinks.iter().map(|uplink| (uplink.id.clone(), uplink.name.clone()));
    Ok(SiteChange {
        settings: settings(&file.site)?,
        uplinks: named.collect(),
        clusters: file.clusters.iter().map(cluster).collect::<Result<_, _>>()?,
        replace: false,
        dry_run: false,
    })
}

/// A cluster as a request describes it.
pub(crate) fn cluster(spec: &ClusterSpec) -> Result<Cluster, Error> {
    let id = |text: &str| {
        text.parse::<ClusterId>().map_err(|e| failure::bad_request(format!("cluster {text:?}: {e}")))
    };
    Ok(Cluster {
        id: id(&spec.id)?,
        kind: match spec.kind {
            controller_api::ClusterKind::Smart => ClusterKind::Smart,
            controller_api::ClusterKind::Gateway => ClusterKind::Gateway,
            controller_api::ClusterKind::Wireless => ClusterKind::Wireless,
        },
        name: if spec.name.is_empty() { spec.id.clone() } else { spec.name.clone() },
        village: spec.village.clone(),
        uplink: spec.uplink.clone(),
        gateway: spec.gateway.as_deref().map(id).transpose()?,
        zone: spec.zone,
        languages: spec.languages.iter().map(|tag| failure::parsed(tag)).collect::<Result<_, _>>()?,
        key_generation: 0,
    })
}

fn settings(site: &SiteTable) -> Result<SettingsPatch, Error> {
    let quiet_hours = site.quiet_hours.as_deref().map(|text| match text {
        OFF => Ok(None),
        text => failure::parsed(text).map(Some),
    });
    let ceiling = |ceiling: &HourVolume| {
        let hours = failure::parsed(&ceiling.hours)?;
        Ok(schedules::HourVolume { hours, volume: ceiling.volume })
    };
    let ceilings: Option<Result<_, Error>> =
        site.volume_ceilings.as_ref().map(|all| all.iter().map(ceiling).collect());
    let languages = site.languages.as_ref().map(|tags| tags.iter().map(|tag| failure::parsed(tag)).collect());
    Ok(SettingsPatch {
        name: site.name.clone(),
        timezone: site.timezone.as_deref().map(zone).transpose()?,
        heartbeat_ms: site.heartbeat_s.map(|s| s.saturating_mul(1_000)),
        clip_loudness_lufs: site.clip_loudness_lufs,
        clip_kbps: site.clip_kbps,
        clip_minutes_max: site.clip_minutes_max,
        volume: site.volume,
        volume_emergency: site.volume_emergency,
        quiet_hours: quiet_hours.transpose()?,
        minutes_per_day_max: site.minutes_per_day_max.map(|limit| Some(limit).filter(|limit| *limit > 0)),
        volume_ceilings: ceilings.transpose()?,
        agenda_hours: site.agenda_hours,
        interrupted: site.interrupted.as_deref().map(failure::parsed).transpose()?,
        languages: languages.transpose()?,
        keep_years: site.keep_years,
    })
}

fn zone(name: &str) -> Result<Zone, Error> {
    name.parse().map_err(|_| failure::refusal(&Refusal::OutOfBounds { what: "timezone".into() }))
}

/// The site as it is, nothing left to defaults.
pub(crate) fn of(id: &SiteId, state: &State) -> SiteFile {
    let used = state.clusters.values().map(|cluster| (&cluster.uplink, ""));
    let named = state.uplinks.iter().map(|(id, name)| (id, name.as_str()));
    let uplinks: BTreeMap<&String, &str> = used.chain(named).filter(|(id, _)| !id.is_empty()).collect();
    let uplink = |(id, name): (&String, &str)| Uplink { id: id.clone(), name: name.to_owned() };
    SiteFile {
        site: table(id, &state.settings),
        uplinks: uplinks.into_iter().map(uplink).collect(),
        clusters: state.clusters.values().map(views::spec).collect(),
    }
}

fn table(id: &SiteId, settings: &Settings) -> SiteTable {
    let Settings { rails, .. } = settings;
    SiteTable {
        id: id.to_string(),
        name: Some(settings.name.clone()),
        timezone: Some(settings.timezone.to_string()),
        heartbeat_s: Some(settings.heartbeat_ms / 1_000),
        clip_loudness_lufs: Some(settings.clip_loudness_lufs),
        clip_kbps: Some(settings.clip_kbps),
        clip_minutes_max: Some(settings.clip_minutes_max),
        volume: Some(settings.volume),
        volume_emergency: Some(settings.volume_emergency),
        quiet_hours: Some(rails.quiet_hours.map_or_else(|| OFF.to_owned(), |hours| hours.to_string())),
        minutes_per_day_max: Some(rails.minutes_per_day_max.unwrap_or(0)),
        volume_ceilings: Some(rails.volume_ceilings.iter().map(views::hour_volume).collect()),
        agenda_hours: Some(settings.agenda_hours),
        interrupted: Some(settings.interrupted.to_string()),
        languages: Some(settings.languages.iter().map(ToString::to_string).collect()),
        keep_years: Some(settings.keep_years),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use controller_core::record::{Record, Replanned};
    use controller_core::{Actor, Entry};
    use firmware_proto::UtcMillis;
    use schedules::Rails;

    const EXAMPLE: &str = include_str!("../../../schedules/examples/bao-nhai.toml");

    #[test]
    fn a_site_that_is_written_and_read_again_is_the_same() {
        let rails = Rails {
            quiet_hours: None,
            minutes_per_day_max: None,
            volume_ceilings: vec![schedules::HourVolume {
                hours: "05:00-06:00".parse().unwrap(),
                volume: 50,
            }],
        };
        let settings = Settings { rails, volume: 33, heartbeat_ms: 7_000, ..Settings::default() };
        let SiteChange { uplinks, clusters, .. } = change(&toml::from_str(EXAMPLE).unwrap()).unwrap();
        let mut state = State::default();
        let (settings, removed, replanned) = (Box::new(settings), Vec::new(), Replanned::default());
        let record = Record::SiteChanged { settings, uplinks, clusters, removed, replanned };
        state.apply(&Entry { at: UtcMillis(0), actor: Actor::Controller, record });
        let written = of(&SiteId::new("bao-nhai").unwrap(), &state);
        let read: SiteFile = toml::from_str(&toml::to_string(&written).unwrap()).unwrap();
        assert_eq!(read, written);
        let again = change(&read).unwrap();
        assert_eq!(again.settings.over(Settings::default()), *state.settings);
        assert_eq!(again.uplinks, *state.uplinks);
        assert!(again.clusters.iter().eq(state.clusters.values()));
    }

    #[test]
    fn what_a_file_leaves_out_is_as_usual() {
        let usual = Settings { volume: 12, ..Settings::default() };
        let file = toml::from_str::<SiteFile>("[site]\nid = 'a'\nquiet_hours = 'off'").unwrap();
        let settings = super::settings(&file.site).unwrap().over(usual.clone());
        assert_eq!((settings.volume, settings.rails.quiet_hours), (12, None));
        assert_eq!(settings.rails.minutes_per_day_max, usual.rails.minutes_per_day_max);
    }

    #[test]
    fn settings_that_differ_are_called_as_in_the_file() {
        let table: SiteTable = toml::from_str(
            "id = 'a'\nname = 'a'\ntimezone = 'Asia/Tokyo'\nheartbeat_s = 1\nclip_loudness_lufs = -20\nclip_kbps = 9\n\
             clip_minutes_max = 1\nvolume = 1\nvolume_emergency = 1\nquiet_hours = 'off'\nminutes_per_day_max = 1\n\
             volume_ceilings = [{ hours = '05:00-06:00', volume = 1 }]\nagenda_hours = 25\ninterrupted = 'restart'\n\
             languages = ['hmn']\nkeep_years = 4",
        )
        .unwrap();
        let usual = Settings::default();
        let changed = super::settings(&table).unwrap().over(usual.clone());
        let mut named: Vec<&str> = usual.differences(&changed).collect();
        let fields = serde_json::to_value(&table).unwrap();
        let mut fields: Vec<&str> = fields.as_object().unwrap().keys().map(String::as_str).collect();
        fields.retain(|field| *field != "id");
        named.sort_unstable();
        fields.sort_unstable();
        assert_eq!(named, fields);
    }

    #[test]
    fn what_a_field_cannot_be_is_told_by_its_code() {
        for (line, code) in [
            ("quiet_hours = '25:00-05:00'", "hours-unreadable"),
            ("volume_ceilings = [{ hours = '5', volume = 50 }]", "hours-unreadable"),
            ("interrupted = 'later'", "interrupted-unknown"),
            ("languages = ['tiếng việt']", "language-unknown"),
            ("timezone = 'Asia/Bao_Nhai'", "out-of-bounds"),
        ] {
            let file: SiteFile = toml::from_str(&format!("[site]\nid = 'a'\n{line}")).unwrap();
            let error = change(&file).unwrap_err();
            assert_eq!(error.text.code, code);
            assert_eq!(error.kind, ErrorKind::BadRequest);
        }
    }
}
