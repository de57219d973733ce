#!/bin/sh
# Holds the vectors, and the messages of the last system test if there are any, against protocol.cddl.
# Needs python3 with venv; the tool (pycddl, with cbor2) is installed below the target folder.
set -eu
cd "$(dirname "$0")"
target="${CARGO_TARGET_DIR:-$(cd .. && pwd)/target}"
tool="$target/grammar-tool"

if ! "$tool/bin/python" -c 'import cbor2, pycddl' 2>/dev/null; then
    rm -rf "$tool"
    python3 -m venv "$tool"
    "$tool/bin/pip" install --quiet --disable-pip-version-check pycddl==0.6.4 cbor2==5.9.0
fi

captured="$target/tmp/wire-messages.txt"
if [ -f "$captured" ]; then
    exec "$tool/bin/python" check-grammar.py tests/vectors/v1 "$captured"
fi
exec "$tool/bin/python" check-grammar.py tests/vectors/v1
