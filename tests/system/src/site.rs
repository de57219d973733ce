//! Site files for tests.

use std::fmt::Write;

/// `clusters` smart clusters named `c-1` and so on.
#[must_use]
pub fn smart(clusters: usize) -> String {
    let mut text = String::from(
        "[site]\nid = \"test\"\nname = \"Test\"\ntimezone = \"Asia/Ho_Chi_Minh\"\nheartbeat_s = 2\n",
    );
    for index in 1..=clusters {
        // Writing to a string cannot fail.
        let _ =
            write!(text, "\n[[cluster]]\nid = \"c-{index}\"\nkind = \"smart\"\nvillage = \"Thôn {index}\"\n");
    }
    text
}
