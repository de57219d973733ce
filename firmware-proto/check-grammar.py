"""Holds messages against protocol.cddl with a CDDL tool that knows nothing of this project (pycddl).

Arguments: folders of vectors (`*.txt`, see tests/vectors/README.md) and files of captured messages (lines of topic,
tab, payload in hexadecimal). What its sender means to be accepted has to fit; of what must be rejected as malformed,
nothing that CDDL can say may fit. `check-grammar.sh` runs it.
"""

import pathlib
import sys

import cbor2
from pycddl import Schema, ValidationError

HERE = pathlib.Path(__file__).parent
GRAMMAR = (HERE / "protocol.cddl").read_text()
UP = {"hello", "beat", "ack", "want", "time"}

# Wrong in their form (section 2 of PROTOCOL.md), which CDDL cannot say.
BEYOND_CDDL = {
    "bad-indefinite", "bad-key-2-to-64", "bad-key-65536", "bad-key-long", "bad-key-order", "bad-key-twice",
    "bad-nesting-17", "bad-trailing", "bad-trailing-inside",
}

# What CDDL says and this tool does not see: patterns are not anchored, `{}` and `* uint` let other keys pass, and so
# do too many arrays in an array.
BEYOND_TOOL = {
    "bad-header-unprotected", "bad-key-negative", "bad-key-text", "bad-name", "bad-name-33", "bad-name-hyphen",
    "bad-want-too-long",
}

schemas = {}


def fits(rule, encoded):
    """Does `encoded` fit the rule of this name?"""
    if rule not in schemas:
        schemas[rule] = Schema(f"start = {rule}\n{GRAMMAR}")
    try:
        schemas[rule].validate_cbor(encoded)
        return True
    except (ValidationError, ValueError):
        return False


def message_fits(topic, payload):
    """Does the payload fit the grammar, seal and content?"""
    leaf = topic.rsplit("/", 1)[-1]
    if leaf == "chunk":
        return fits("chunk-payload", payload)
    names = ("maced-payload", "maced-header", "report") if leaf in UP else ("signed-payload", "signed-header", "command")
    if not fits(names[0], payload):
        return False
    protected, _, content, _ = cbor2.loads(payload)
    return fits(names[1], protected) and fits(names[2], content)


def vectors(folder):
    """Name, topic, payload and verdict of each vector in the folder."""
    for path in sorted(folder.glob("*.txt")):
        fields = dict(line.split(":", 1) for line in path.read_text().splitlines())
        yield path.stem, fields["topic"].strip(), bytes.fromhex(fields["payload"].strip()), fields["expect"].strip()


def wrong_vectors(folder):
    """What does not fit as its vector says."""
    for name, topic, payload, expect in vectors(folder):
        fit = message_fits(topic, payload)
        if expect.startswith("accepted") and not fit:
            yield f"{name}: must be accepted, and does not fit"
        if expect == "rejected, malformed" and fit and name not in BEYOND_CDDL | BEYOND_TOOL:
            yield f"{name}: malformed, and fits"
        if name in BEYOND_CDDL | BEYOND_TOOL and not fit:
            yield f"{name}: is seen by now; take it off the list"


def wrong_messages(path):
    """Captured messages that do not fit."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        topic, payload = line.split("\t")
        if not message_fits(topic, bytes.fromhex(payload)):
            yield f"{path}:{number}: {topic}: does not fit"


def main():
    """Prints what is wrong; exit code 1 if anything is, or if there was nothing to check."""
    checked, wrong = 0, []
    for argument in map(pathlib.Path, sys.argv[1:]):
        if argument.is_dir():
            checked += sum(1 for _ in vectors(argument))
            wrong += wrong_vectors(argument)
        else:
            checked += len(argument.read_text().splitlines())
            wrong += wrong_messages(argument)
    print("\n".join(wrong), end="\n" if wrong else "")
    print(f"grammar: {checked} messages, {len(wrong)} wrong")
    sys.exit(1 if wrong or not checked else 0)


main()
