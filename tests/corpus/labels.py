"""Precision and recall of ``check`` on labelled receivers: ``labels.py LABELS FOLDER`` prints one line for each label.

FOLDER holds one checkout per repository, called ``owner__name``. A label that is listed as borderline is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from signalgen.check import (
    Choice,
    analyse,  # noqa: E402
)
from signalgen.index import build_index  # noqa: E402
from signalgen.project.survey import survey_project  # noqa: E402

RULES = {
    "side_effect_before_commit": ("SG101", "SG406"),
    "recursion_risk": ("SG201", "SG202"),
    "n_plus_1": ("SG501",),
    "heavy_work": ("SG102",),
    "dead_receiver": ("SG103", "SG104", "SG109"),
    "duplicate": ("SG108",),
    "missing_kwargs": ("SG301",),
    "raw_not_handled": ("SG401",),
}


def main() -> int:
    """Print precision, recall and what was missed or found for nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true", help="name every miss and false alarm")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.labels.read_text().splitlines()]
    found = {
        repo: _found(options.folder / repo.replace("/", "__"))
        for repo in sorted({r["repo"] for r in rows})
    }
    for label, codes in RULES.items():
        _report(label, codes, rows, found, verbose=options.verbose)
    return 0


def _found(folder: Path) -> dict[tuple[str, str], set[str]]:
    """Return the codes found for each receiver of a project, by file and function."""
    report = analyse(build_index(survey_project(folder)), Choice(select=("ALL",)))
    codes = defaultdict(set)
    for item in report.findings:
        codes[item.path, item.context].add(item.code)
    return codes


def _report(label, codes, rows, found, *, verbose) -> None:
    counts = defaultdict(int)
    for row in rows:
        truth = row["labels"].get(label)
        if truth is None or label in row["borderline"]:
            continue
        got = any(
            set(codes) & said
            for (path, context), said in found[row["repo"]].items()
            if path == row["path"] and context.rpartition(".")[2] == row["handler"]
        )
        kind = ("TP" if truth else "FP") if got else ("FN" if truth else "TN")
        counts[kind] += 1
        if verbose and kind in ("FP", "FN"):
            print(
                f"  {kind} {label} {row['id']} {row['repo']} {row['path']}:{row['line']} {row['handler']}: {row['reason']}"
            )
    said, true = counts["TP"] + counts["FP"], counts["TP"] + counts["FN"]
    precision = f"{counts['TP'] / said:.2f}" if said else "-"
    recall = f"{counts['TP'] / true:.2f}" if true else "-"
    print(f"{label:28} {'+'.join(codes):16} precision {precision} recall {recall} {dict(counts)}")


if __name__ == "__main__":
    sys.exit(main())
