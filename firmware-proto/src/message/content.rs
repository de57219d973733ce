//! What a job plays.

use alloc::vec::Vec;

use minicbor::decode::{Decode, Decoder};
use minicbor::encode::{self, Encode, Encoder, Write};

use crate::codec::{self, Error, list};
use crate::limits::CLIPS_PER_JOB_MAX;
use crate::message::ClipRef;

const CLIPS: u32 = 0;
/// Reserved for live sound in numbered signed segments; no sender uses it yet.
pub const STREAM: u32 = 1;

/// What a job plays: a choice, `[number, content]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Clips in playing order, at least one.
    Clips(Vec<ClipRef>),
    /// What only a later version can play, by its number: [`STREAM`], or another one. A device refuses such a job
    /// by name, and the rest of its agenda stands.
    Unsupported(u32),
}

impl Content {
    /// The clips; none if it is not made of clips.
    #[must_use]
    pub fn clips(&self) -> &[ClipRef] {
        match self {
            Self::Clips(clips) => clips,
            Self::Unsupported(_) => &[],
        }
    }
}

impl<C> Encode<C> for Content {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?;
        match self {
            Self::Clips(clips) => e.u32(CLIPS)?.encode_with(clips, ctx)?.ok(),
            Self::Unsupported(number) => e.u32(*number)?.map(0)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Content {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, Error> {
        let at = d.position();
        match codec::choice(d)? {
            CLIPS => match list::<CLIPS_PER_JOB_MAX, _, _>(d, ctx)? {
                clips if clips.is_empty() => Err(Error::message("no clips").at(at)),
                clips => Ok(Self::Clips(clips)),
            },
            number => d.skip().map(|()| Self::Unsupported(number)),
        }
    }
}
