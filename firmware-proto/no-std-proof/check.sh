#!/bin/sh
# Builds and runs the proof that the speaker's logic needs no std, and prints how large it is.
# Arguments go to cargo, e.g. --offline. Needs Rust, gcc and binutils.
set -eu
cd "$(dirname "$0")"
target="${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}/no-std-proof"

# The same versions as the workspace; cargo drops what is not needed here.
cp ../../Cargo.lock Cargo.lock
CARGO_TARGET_DIR="$target" cargo build --release --quiet "$@"
program="$target/release/no-std-proof"

if nm -C "$program" | grep '[ <]std::' >&2; then
    echo "no-std-proof: the symbols of std above are linked" >&2
    exit 1
fi
"$program" || {
    echo "no-std-proof: the job did not play (exit code $?)" >&2
    exit 1
}
size -A "$program" | awk '$1 == ".text" { print ".text: " $2 " bytes" }'
