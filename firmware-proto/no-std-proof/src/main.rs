//! A device in 200 lines: no std, an allocator and a panic handler of its own, and the speaker's
//! logic from a signed job to the first sample.
//!
//! It would not compile if std were linked, because std brings a panic handler too. Only `malloc`,
//! `free`, `abort` and `printf` come from the C library. It exits with 0 if the job began to play.
#![no_std]
#![no_main]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::ffi::{c_char, c_int, c_ulong, c_void};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use firmware_proto::limits::CHUNK_BYTES;
use firmware_proto::message::{Chunk, Kind, Part};
use firmware_proto::speaker::{Config, Output, Restored, Speaker};
use firmware_proto::topics::{Down, Topic};
use firmware_proto::trust::{DeviceKey, SiteKeys, SitePublicKey, sha256};
use firmware_proto::{BootId, ClipId, ClusterId, Hash, Mono, SiteId};

#[link(name = "c")]
unsafe extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
    fn abort() -> !;
    fn printf(format: *const c_char, ...) -> c_int;
}

/// The C library's heap, with a count of what is in use.
struct Heap {
    used: AtomicUsize,
    peak: AtomicUsize,
}

#[global_allocator]
static HEAP: Heap = Heap { used: AtomicUsize::new(0), peak: AtomicUsize::new(0) };

// SAFETY: malloc gives memory aligned for every ordinary type, and null for larger alignments here.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > 2 * size_of::<usize>() {
            return core::ptr::null_mut();
        }
        let used = self.used.fetch_add(layout.size(), Relaxed) + layout.size();
        self.peak.fetch_max(used, Relaxed);
        // SAFETY: malloc takes any size.
        unsafe { malloc(layout.size()).cast() }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        self.used.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the memory came from malloc.
        unsafe { free(memory.cast()) }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: abort does not return.
    unsafe { abort() }
}

// The host's ready-made `alloc` refers to unwinding; a bare-metal target's does not. With
// panic = "abort" nothing calls these.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    // SAFETY: abort does not return.
    unsafe { abort() }
}

/// The vector `job-all`, and the keys of all vectors.
const JOB: &str = include_str!("../../tests/vectors/v1/job-all.txt");
const TIME: &str = include_str!("../../tests/vectors/v1/time-reply.txt");
/// The boot that asked for that, and when by its own clock, ms.
const BOOT: [u8; 8] = [0xb0, 0x17, 0x2c, 0x43, 0x58, 0x6d, 0x91, 0xfe];
const ASKED: Mono = Mono(1_500);
const SITE_KEY: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
const DEVICE_KEY: &str = "c7c001c3cba0993799e15c73d26ffd4454cedd63c5c85870abbaa78fd3de90aa";

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    hex_bytes(hex).try_into().ok()
}

fn hex_bytes(hex: &str) -> Vec<u8> {
    let digit = |c: u8| (c as char).to_digit(16).unwrap_or(0) as u8;
    hex.trim().as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The clip of all vectors.
fn clip() -> Vec<u8> {
    (0..2100_u32).map(|i| (31 * i) as u8).collect()
}

struct Device {
    speaker: Speaker,
    now: Mono,
    /// Everything so far was in order: state before acks, acks before sound.
    stored: bool,
    acked: bool,
    playing: bool,
}

impl Device {
    fn new() -> Option<Self> {
        let config = Config {
            site: SiteId::new("bao-nhai").ok()?,
            cluster: ClusterId::new("thon-1").ok()?,
            kind: Kind::Smart,
            site_keys: SiteKeys::one(SitePublicKey::from_bytes(&bytes(SITE_KEY)?).ok()?),
            device_key: DeviceKey::from_bytes(bytes(DEVICE_KEY)?),
            firmware: String::from("no-std-proof"),
            storage_bytes: 1 << 20,
        };
        let now = ASKED;
        let mut speaker = Speaker::new(config, BootId::from_bytes(BOOT), Restored::default(), now);
        speaker.handle_connected(now);
        Some(Self { speaker, now, stored: false, acked: false, playing: false })
    }

    fn receive(&mut self, topic: &str, payload: &[u8]) {
        self.now = self.now + 10;
        self.speaker.handle_message(self.now, topic, payload);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(output) = self.speaker.poll_output(self.now) {
            match output {
                Output::StoreState(_) => self.stored = true,
                Output::Send { topic, .. } => self.acked |= self.stored && topic.ends_with("/ack"),
                Output::Play(_) => self.playing = self.acked,
                Output::VerifyClip(id) => {
                    let hash = Hash::from_bytes(*sha256(&clip()).as_bytes());
                    self.speaker.handle_clip_hash(self.now, id, Some(hash));
                }
                _ => {}
            }
        }
    }
}

fn run() -> Option<bool> {
    let mut device = Device::new()?;
    device.drain();
    // Without the time it would not begin.
    for vector in [TIME, JOB] {
        let value = |name| vector.lines().find_map(|line| line.strip_prefix(name));
        device.receive(value("topic: ")?, &hex_bytes(value("payload: ")?));
    }

    let clip = clip();
    let list: Vec<u8> = clip.chunks(CHUNK_BYTES).flat_map(|chunk| *sha256(chunk).as_bytes()).collect();
    let id = ClipId::from_bytes(*sha256(&clip).as_bytes());
    let topic =
        Topic::Down(ClusterId::new("thon-1").ok()?, Down::Chunk).render(&SiteId::new("bao-nhai").ok()?);
    for (part, data) in [(Part::Hashes, &list), (Part::Data, &clip)] {
        for (index, data) in (0..).zip(data.chunks(CHUNK_BYTES)) {
            let chunk = Chunk { clip: id, part, index, data: data.to_vec().into() };
            device.receive(&topic, &chunk.encode());
        }
    }
    Some(device.playing && device.speaker.rejections().is_empty())
}

/// The entry that the C library calls.
#[unsafe(no_mangle)]
pub extern "C" fn main() -> c_int {
    if run() != Some(true) {
        return 1;
    }
    // SAFETY: the format ends with a zero and names the one argument's type.
    unsafe { printf(c"heap: at most %lu bytes in use\n".as_ptr(), HEAP.peak.load(Relaxed) as c_ulong) };
    0
}
