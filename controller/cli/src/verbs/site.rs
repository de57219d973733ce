//! `loa site ..`.

use controller_api::{HourVolume, SiteChanged, SiteFile, SiteImport, SiteTable, text};
use schedules::Hours;

use super::new_file::write_or_print;
use crate::args::{QuietHours, SiteImportArgs, SiteSetArgs, SiteVerb};
use crate::client::Client;
use crate::failure::{Exit, Failure, Outcome};
use crate::session::Session;
use crate::{report, site_file};

/// Where the controller has the site.
pub(super) const PATH: &str = "/v1/site";

/// Carries out one verb about the site.
pub async fn run(session: &mut Session, verb: SiteVerb) -> Outcome {
    match verb {
        SiteVerb::Show => show(session).await,
        SiteVerb::Set(args) => set(session, *args).await,
        SiteVerb::Import(args) => import(session, &args).await,
        SiteVerb::Export { out } => {
            let (client, _) = session.connect().await?;
            let toml = toml::to_string(&get(&client).await?).map_err(Failure::internal)?;
            write_or_print(session, out.as_deref(), "toml", &toml, "site-written")
        }
    }
}

async fn get(client: &Client) -> Result<SiteFile, Failure> {
    client.get(PATH).await
}

async fn show(session: &mut Session) -> Outcome {
    let (client, _) = session.connect().await?;
    let site = get(&client).await?;
    session.print(&site, &report::site::show(&session.screen, &site))?;
    Ok(Exit::Done)
}

async fn set(session: &mut Session, args: SiteSetArgs) -> Outcome {
    let (client, status) = session.connect().await?;
    let ceiling = |ceiling: &schedules::HourVolume| HourVolume {
        hours: ceiling.hours.to_string(),
        volume: ceiling.volume,
    };
    if args.volume_ceilings.len() > 1 && args.volume_ceilings.iter().any(|each| each.0.is_none()) {
        let (arg, other) = ("--volume-ceiling HOURS=N", "--volume-ceiling off");
        let text = text!(UsageConflict { arg: arg, other: other, help: "loa site set" });
        return Err(Failure::wrong_use(text));
    }
    let ceilings = args.volume_ceilings.iter().filter_map(|each| each.0.as_ref().map(ceiling)).collect();
    let quiet = |QuietHours(hours)| hours.map_or_else(|| "off".to_owned(), |hours: Hours| hours.to_string());
    let site = SiteTable {
        id: status.site,
        name: args.name,
        timezone: args.timezone.map(|zone| zone.name().to_owned()),
        heartbeat_s: args.heartbeat,
        clip_loudness_lufs: args.clip_loudness,
        clip_kbps: args.clip_kbps,
        clip_minutes_max: args.clip_minutes,
        volume: args.volume,
        volume_emergency: args.volume_emergency,
        quiet_hours: args.quiet_hours.map(quiet),
        minutes_per_day_max: args.minutes_per_day,
        volume_ceilings: (!args.volume_ceilings.is_empty()).then_some(ceilings),
        agenda_hours: args.agenda_hours,
        interrupted: args.interrupted.map(|interrupted| interrupted.to_string()),
        languages: args.languages.map(|tags| tags.iter().map(ToString::to_string).collect()),
        keep_years: args.keep_years,
    };
    let file = SiteFile { site, uplinks: Vec::new(), clusters: Vec::new() };
    let trial = SiteImport { file, replace: false, dry_run: true };
    let foreseen: SiteChanged = client.post(PATH, &trial).await?;
    if args.dry_run {
        return print_trial(session, &foreseen);
    }
    let losses = report::site::losses(&session.screen, &foreseen);
    if !losses.is_empty() {
        session.note(losses.trim());
        if !args.yes {
            session.confirm()?;
        }
    }
    let changed: SiteChanged = client.post(PATH, &SiteImport { dry_run: false, ..trial }).await?;
    let site = get(&client).await?;
    session.print(&changed, &report::site::set(&session.screen, &site, &changed))?;
    Ok(Exit::Done)
}

/// Shows what a file would change, asks where anything would be lost, and changes all of it or nothing.
async fn import(session: &mut Session, args: &SiteImportArgs) -> Outcome {
    let loaded = site_file::load(&args.file)?;
    let (client, _) = session.connect().await?;
    let trial = SiteImport { file: loaded.file.clone(), replace: args.replace, dry_run: true };
    let foreseen: SiteChanged = client.post(PATH, &trial).await.map_err(|failure| loaded.placed(failure))?;
    if args.dry_run {
        return print_trial(session, &foreseen);
    }
    session.note(report::site::plan(&session.screen, &foreseen).trim_end());
    let loses = !foreseen.settings.is_empty() || !foreseen.changed.is_empty() || !foreseen.removed.is_empty();
    if loses && !args.yes {
        session.confirm()?;
    }
    let changed: SiteChanged = client.post(PATH, &SiteImport { dry_run: false, ..trial }).await?;
    session.print(&changed, &report::site::imported(&session.screen, &changed))?;
    Ok(Exit::Done)
}

fn print_trial(session: &Session, foreseen: &SiteChanged) -> Outcome {
    let plan = report::site::plan(&session.screen, foreseen);
    session.print(foreseen, &format!("{plan}{}\n", session.catalogue().get("trial")))?;
    Ok(Exit::Done)
}
