//! Preparing sound: ours against ffmpeg, each as a whole process, in turn.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use system_tests::binaries;

use crate::figure::{Figure, summary};

const RUNS: usize = 3;
const SPEECH_S: u32 = 480;
/// Three hours are the longest that is taken; coders add a little.
const LONG_S: u32 = 3 * 3_600 - 10;
/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const WORDS: &str = "Kính thưa bà con. Sáng thứ bảy tuần này, trạm y tế xã tổ chức tiêm phòng cho trẻ em dưới năm tuổi \
    tại nhà văn hóa các thôn. Đề nghị bà con đưa trẻ đến đúng giờ, mang theo sổ tiêm chủng. Thời tiết những ngày \
    tới có mưa to, nguy cơ lũ quét và sạt lở đất cao. Trân trọng thông báo. ";
const LOUDNORM: &str = "loudnorm=I=-16:TP=-1.5";

/// What one process took.
struct Taken {
    cpu: Duration,
    wall: Duration,
    memory_mb: f64,
}

/// Processor time against ffmpeg, and wall time where `wall` says so; with or without its loudnorm filter.
pub(crate) fn prepare(name: &str, levelled: bool, wall: bool, target: f64) -> Result<Figure> {
    let source = speech()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let figure = |taken: &Taken| if wall { taken.wall } else { taken.cpu };
    for _ in 0..RUNS {
        ours.push(figure(&run(&mut our_command(&source)?)?));
        theirs.push(figure(&run(&mut ffmpeg(&source, levelled))?));
    }
    let ((ours, least, most), (peer, peer_least, peer_most)) = (summary(&ours), summary(&theirs));
    let note = format!("{least:.0}-{most:.0}, ffmpeg {peer_least:.0}-{peer_most:.0} ms");
    let peer_name = if levelled { "ffmpeg with loudnorm, to Opus" } else { "ffmpeg, to Opus" };
    Ok(Figure::at_most_times(name, ours, "ms", (peer_name, peer), target, note))
}

/// Peak memory with 8 minutes of speech.
pub(crate) fn memory(name: &str) -> Result<Figure> {
    let taken = run(&mut our_command(&speech()?)?)?;
    Ok(Figure::at_most(name, taken.memory_mb, "MB", 64.0, String::from("peak of the process")))
}

/// How much more three hours take.
pub(crate) fn memory_of_three_hours(name: &str) -> Result<Figure> {
    let short = run(&mut our_command(&speech()?)?)?.memory_mb;
    let long = run(&mut our_command(&three_hours()?)?)?;
    let note = format!(
        "{:.0} MB, {short:.0} MB for 8 minutes; took {:.0} s",
        long.memory_mb,
        long.wall.as_secs_f64()
    );
    Ok(Figure::at_most(name, long.memory_mb - short, "MB", 8.0, note))
}

fn our_command(source: &Path) -> Result<Command> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "dist", "--locked", "-p", "audio", "--example", "prepare"])
        .current_dir(binaries::repository(""))
        .status()?;
    ensure!(built.success(), "the example `prepare` of audio does not build");
    let mut command = Command::new(binaries::repository("target/dist/examples/prepare"));
    command.arg(source).arg(binaries::repository("target/bench-ours.opus"));
    Ok(command)
}

fn ffmpeg(source: &Path, levelled: bool) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y", "-i"]).arg(source);
    if levelled {
        command.args(["-af", LOUDNORM]);
    }
    command.args(["-ac", "1", "-ar", "48000", "-c:a", "libopus", "-b:a", "24k", "-application", "voip"]);
    command.arg(binaries::repository("target/bench-ffmpeg.opus"));
    command
}

/// Runs a process to its end. Nothing else is waited for meanwhile, so the children's time is its own.
fn run(command: &mut Command) -> Result<Taken> {
    let cpu = || -> Result<Duration> {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
        let time = usage.user_time() + usage.system_time();
        Ok(Duration::from_micros(time.tv_sec().cast_unsigned() * 1_000_000 + time.tv_usec().cast_unsigned()))
    };
    let (before, begun) = (cpu()?, Instant::now());
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().context("run `make deps-test`")?;
    let status_file = PathBuf::from(format!("/proc/{}/status", child.id()));
    let mut memory_mb = 0.0f64;
    let status = loop {
        memory_mb = memory_mb.max(high_water_mb(&status_file).unwrap_or_default());
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK_EVERY),
        }
    };
    let wall = begun.elapsed();
    ensure!(status.success(), "{command:?} failed");
    Ok(Taken { cpu: cpu()? - before, wall, memory_mb })
}

fn high_water_mb(status: &Path) -> Option<f64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1_024.0)
}

/// Eight minutes of speech: MP3, 128 kbit/s, 44.1 kHz, stereo.
fn speech() -> Result<PathBuf> {
    let (wav, mp3) =
        (binaries::repository("target/bench-speech.wav"), binaries::repository("target/bench-speech.mp3"));
    if !mp3.exists() {
        let text = WORDS.repeat(30);
        made(Command::new("espeak-ng").args(["-v", "vi", "-w"]).arg(&wav).arg(text))?;
        let mut convert = Command::new("ffmpeg");
        convert.args(["-v", "error", "-y", "-i"]).arg(&wav).args(["-t", &SPEECH_S.to_string()]);
        made(convert.args(["-ar", "44100", "-ac", "2", "-b:a", "128k"]).arg(&mp3))?;
    }
    Ok(mp3)
}

fn three_hours() -> Result<PathBuf> {
    let (speech, long) = (speech()?, binaries::repository("target/bench-three-hours.mp3"));
    if !long.exists() {
        let mut repeat = Command::new("ffmpeg");
        repeat.args(["-v", "error", "-y", "-stream_loop", "-1", "-i"]).arg(&speech);
        made(repeat.args(["-c", "copy", "-t", &LONG_S.to_string()]).arg(&long))?;
    }
    Ok(long)
}

fn made(command: &mut Command) -> Result<()> {
    ensure!(command.status().context("run `make deps-test`")?.success(), "{command:?} failed");
    Ok(())
}
