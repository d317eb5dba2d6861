#!/bin/sh
# PyYAML 6.0.4: how deep a document may be nested depends on the loader. The C loader refuses 1,001 levels by itself, with an
# error of the scanner; the pure Python parser reads the same text, and 6.0.3 read it with both.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 6.0.3 6.0.4; do
    python3 -m pip install --quiet --disable-pip-version-check --target "$work/$version" "PyYAML==$version"
    PYTHONPATH="$work/$version" python3 - "$version" >>"$work/seen" <<'PY'
import sys

import yaml

text = "[" * 1001 + "]" * 1001
for loader in (yaml.CSafeLoader, yaml.SafeLoader):
    try:
        events = sum(1 for _ in yaml.parse(text, loader))
        said = f"{events} events"
    except yaml.YAMLError as error:
        said = type(error).__name__
    print(sys.argv[1], loader.__name__, said)
PY
done
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
6.0.3 CSafeLoader 2006 events
6.0.3 SafeLoader 2006 events
6.0.4 CSafeLoader ScannerError
6.0.4 SafeLoader 2006 events
SEEN
