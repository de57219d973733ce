//! Zones, and instants at which their clocks are worth a look.

use proptest::prelude::*;
use proptest::sample::select;

/// Zones, and instants near their clock changes (UTC seconds).
pub fn places() -> impl Strategy<Value = (&'static str, u64)> {
    let changes: [(&str, u64); 18] = [
        ("Asia/Ho_Chi_Minh", 1_795_514_400),
        ("Europe/Berlin", 1_774_746_000),
        ("Europe/Berlin", 1_792_890_000),
        ("America/New_York", 1_772_953_200),
        ("America/New_York", 1_793_512_800),
        ("Australia/Lord_Howe", 1_775_314_800),
        ("Australia/Lord_Howe", 1_791_041_400),
        ("Pacific/Apia", 1_325_239_200),
        ("Africa/Casablanca", 1_771_120_800),
        // Midnight itself is in the gap, or comes twice.
        ("America/Sao_Paulo", 1_518_919_200),
        ("America/Sao_Paulo", 1_541_300_400),
        ("Africa/Cairo", 1_776_981_600),
        ("Africa/Cairo", 1_793_307_600),
        ("America/Havana", 1_772_946_000),
        ("America/Havana", 1_793_509_200),
        // At 00:01: a minute of the next day, then the day before again.
        ("America/St_Johns", 1_268_537_460),
        ("America/St_Johns", 1_289_097_060),
        // A leap day.
        ("Asia/Ho_Chi_Minh", 1_835_370_000),
    ];
    let near = (select(changes.to_vec()), -3_i64 * 86_400_000..3 * 86_400_000)
        .prop_map(|((zone, at_s), off_ms)| (zone, (at_s * 1_000).checked_add_signed(off_ms).unwrap()));
    let zones: Vec<&str> = changes.iter().map(|(zone, _)| *zone).collect();
    let far = (select(zones), 946_684_800_000_u64..2_500_000_000_000);
    prop_oneof![3 => near, 1 => far]
}
