"""Run what signalgen would write in place of what is there: ``python scripts/traced/generated.py --foreign DIR``.

Of each public project the receivers that ``signalgen extract`` takes are replaced in the running project by the
functions that signalgen would generate from their specs; then every model is saved, saved again and deleted, once
with the ones and once with the others. What is called and written must be the same, in the same order. Exits with 1
when it is not, or when no replaced receiver was called.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "campaign")]

from foreign import FOREIGN  # noqa: E402
from running import saved  # noqa: E402

import signalgen  # noqa: E402

EVENTS = ("create", "update", "delete")
RECORD = ".signalgen/"


def generated(source: Path) -> dict[str, str]:
    """Return what signalgen would write for each receiver that extract takes, by its dotted name."""
    found = signalgen.extract(source)
    texts: dict[str, str] = {}
    names = {one.receiver.rpartition(".")[2]: one.receiver for one in found.taken}
    for spec in found.specs:
        changes = signalgen.generate(signalgen.load_spec(spec.text), source, adopt=True)
        records = (one.after for one in changes.files if one.path.startswith(RECORD) and one.after)
        for symbol in (s for record in records for s in json.loads(record)["symbols"]):
            if symbol["name"] in names:
                texts[names[symbol["name"]]] = "\n".join(symbol["text"])
    return texts


def main() -> int:
    """Compare both runs of each project."""
    options = argparse.ArgumentParser()
    options.add_argument("--foreign", type=Path, required=True, metavar="DIR")
    options.add_argument("--only", nargs="*", default=[], metavar="NAME")
    asked = options.parse_args()
    different = called = events = replaced = 0
    for project in FOREIGN:
        source = asked.foreign / project.name
        if not source.is_dir() or (asked.only and project.name not in asked.only):
            continue
        texts = generated(source.resolve())
        if not texts:
            continue
        with TemporaryDirectory() as folder:
            place = Path(folder) / "generated.json"
            place.write_text(json.dumps(texts))
            before = saved(project, source.resolve())["models"]
            after = saved(project, source.resolve(), {"SIGNALGEN_GENERATED": str(place)})["models"]
        seen = set()
        for model, known in before.items():
            for event in EVENTS:
                events += 1
                own = set(known[event].get("receiver", ())) & texts.keys()
                seen |= own
                called += len(own)
                if after[model][event] != known[event]:
                    different += 1
                    print(f"{project.name} {model} {event}: {known[event]} / {after[model][event]}")
        replaced += len(seen)
        print(f"{project.name}: {len(texts)} receivers replaced, {len(seen)} of them called")
    print(
        f"{events} events, {replaced} replaced receivers called {called} times, {different} differences"
    )
    return int(bool(different) or not called)


if __name__ == "__main__":
    sys.exit(main())
