//! Site files for tests. They want anything at any hour, as tests run at any hour.

use std::fmt::Write;

const NO_RAILS: &str = "quiet_hours = \"off\"\nminutes_per_day_max = 0\n";

/// `clusters` smart clusters named `c-1` and so on, that report every other second, so that tests are short.
#[must_use]
pub fn smart(clusters: usize) -> String {
    with_heartbeat(clusters, "heartbeat_s = 2\n")
}

/// The same with the product's own heartbeat, for figures.
#[must_use]
pub fn smart_as_shipped(clusters: usize) -> String {
    with_heartbeat(clusters, "")
}

fn with_heartbeat(clusters: usize, heartbeat: &str) -> String {
    let mut text = format!(
        "[site]\nid = \"test\"\nname = \"Test\"\ntimezone = \"Asia/Ho_Chi_Minh\"\n{NO_RAILS}{heartbeat}"
    );
    for index in 1..=clusters {
        // Writing to a string cannot fail.
        let _ =
            write!(text, "\n[[cluster]]\nid = \"c-{index}\"\nkind = \"smart\"\nvillage = \"Thôn {index}\"\n");
    }
    text
}
