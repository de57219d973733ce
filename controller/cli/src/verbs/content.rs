//! What an announcement plays: a file, clips of the library, or a text that is read aloud.

use controller_api::{Clip, Speak, text};

use crate::args::ContentArgs;
use crate::client::{Client, segment};
use crate::failure::Failure;
use crate::session::Session;
use crate::sound::Sound;

/// What plays, checked as far as that goes without a controller.
#[derive(Debug)]
pub(super) struct Content {
    kind: Kind,
    title: Option<String>,
}

#[derive(Debug)]
enum Kind {
    File(Sound),
    Clips(Vec<String>),
    Text { text: String, yes: bool },
}

impl Content {
    pub(super) fn check(args: &ContentArgs, title: Option<&str>, yes: bool) -> Result<Self, Failure> {
        let kind = match (&args.file, &args.text) {
            (Some(file), _) => Kind::File(Sound::check(file, title)?),
            (None, Some(text)) => Kind::Text { text: text.clone(), yes },
            (None, None) => Kind::Clips(args.clip.clone()),
        };
        Ok(Self { kind, title: title.map(str::to_owned) })
    }

    /// A title, and the clips, made where they are not there yet.
    pub(super) async fn clips(
        self,
        session: &Session,
        client: &Client,
    ) -> Result<(String, Vec<Clip>), Failure> {
        let mut clips = Vec::new();
        match self.kind {
            Kind::File(sound) => clips.push(sound.upload(session, client, &[]).await?),
            Kind::Clips(names) => {
                for name in names {
                    clips.push(client.get(&format!("/v1/clips/{}", segment(&name))).await?);
                }
            }
            Kind::Text { text, yes } => {
                clips.push(said(session, client, text, self.title.clone(), yes).await?)
            }
        }
        clips.iter().for_each(|clip| warn(session, clip));
        let titles = || clips.iter().map(|clip| clip.title.as_str()).collect::<Vec<_>>().join(", ");
        Ok((self.title.unwrap_or_else(titles), clips))
    }
}

/// Nobody hears a synthetic voice that nobody has agreed to.
async fn said(
    session: &Session,
    client: &Client,
    text: String,
    title: Option<String>,
    yes: bool,
) -> Result<Clip, Failure> {
    let clip = client.speak(&Speak { text, lang: session.speech_language(), title }).await?;
    if yes {
        return Ok(clip);
    }
    let id = crate::report::short(&clip.id);
    let length = clip.duration_ms.to_string();
    session.note(&session.screen.say("speech-listen", &[("clip", id), ("length_ms", &length)]));
    match session.ask(&session.catalogue().get("speech-confirm")) {
        Some(true) => Ok(clip),
        Some(false) => Err(Failure::failed(text!(SpeechDeclined { clip: id }))),
        None => Err(Failure::wrong_use(text!(SpeechUnconfirmed { clip: id }))),
    }
}

/// Says what should be known of a clip before it is played.
pub(super) fn warn(session: &Session, clip: &Clip) {
    for warning in &clip.warnings {
        let text = session.catalogue().text(warning);
        session.note(&session.screen.say("warning", &[("text", &text)]));
    }
}
