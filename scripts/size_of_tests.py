"""How long the generated tests are: non-blank lines for each non-blank line of generated code, shared helpers included.

Generates every example project; ``DIRECTORY`` adds the generated projects below it. What a run wrote is read from the
manifests in ``.signalgen``. ``--record`` writes the tables of docs/generated-tests.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import yaml
from mutants_table import record
from mutate_generated import ROOT, TARGETS, Target, prepare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

BEGIN = "<!-- made by make test-size RECORD=1 -->"
END = "<!-- end of test-size -->"
RECIPES = "recipes"
EXAMPLES = (
    *TARGETS,
    Target("warehouse", ".", "stock", "unittest", "tests/projects/warehouse/signals.yaml"),
    Target("orders", ".", "orders", "unittest", "specs/orders_upper.yaml"),
)


@dataclass(frozen=True, slots=True)
class Size:
    """Non-blank lines of one project."""

    name: str
    code: int
    tests: int

    @property
    def share(self) -> float:
        """Lines of tests for each line of code."""
        return self.tests / self.code if self.code else 0.0


def filled(lines: Iterable[str]) -> int:
    """Return how many lines are not blank."""
    return sum(bool(line.strip()) for line in lines)


def is_test(path: str) -> bool:
    """Tell whether tests are in the file, or what they share."""
    *folders, name = PurePosixPath(path).parts
    return name.startswith(("test", "conftest")) or not {"test", "tests"}.isdisjoint(folders)


def size_of(root: Path, name: str) -> Size:
    """Count what the manifests of the project at ``root`` name.

    A file that the run made counts as a whole; of one that was there, what was put into it.
    """
    lines: dict[str, int] = {}
    for file in sorted(root.glob(".signalgen/*.json")):
        manifest = json.loads(file.read_text())
        for path in manifest["created"]:
            lines[path] = filled((root / path).read_text().splitlines())
        for symbol in manifest["symbols"]:
            if symbol["path"] not in manifest["created"]:
                text = symbol.get("text", ())
                lines[symbol["path"]] = lines.get(symbol["path"], 0) + filled(text)
    tests = sum(count for path, count in lines.items() if is_test(path))
    return Size(name, sum(lines.values()) - tests, tests)


def total(name: str, sizes: Sequence[Size]) -> Size:
    """Return the sums."""
    return Size(name, sum(s.code for s in sizes), sum(s.tests for s in sizes))


class _Loader(yaml.SafeLoader):
    """YAML in which ``on`` is a word."""


_Loader.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if letter not in "oO" or not pair[0].endswith(":bool")]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


TASK = {"name": "tell_the_yardstick", "args": ["pk"]}
HANDLER = {
    "name": "yardstick_saved",
    "signal": "post_save",
    "on_create": "tell_the_yardstick.delay(instance.pk)\n",
    "on_update": "tell_the_yardstick.delay(instance.pk)\n",
}
"""The usual handler: two branches and a task."""


def lines_for_the_usual_handler(target: Target, work: Path) -> int | None:
    """Return by how many lines the tests grow when the spec gets the usual handler; None if it names no model."""
    text = (ROOT / (target.spec or f"specs/{target.name}.yaml")).read_text()
    spec = work.with_suffix(".yaml")
    counts = []
    for more in ([], [HANDLER]):
        document = yaml.load(text, _Loader)
        handlers = document.setdefault("handlers", [])
        models = [document.get("model"), *(handler.get("model") for handler in handlers)]
        models += [handler.get("with", {}).get("model") for handler in handlers]
        model = next((m for m in models if isinstance(m, str)), None)
        if model is None:
            return None
        document["celery_tasks"] = [*document.get("celery_tasks", ()), TASK]
        handlers += [{**handler, "model": model} for handler in more]
        spec.write_text(yaml.safe_dump(document, sort_keys=False))
        prepare(replace(target, spec=str(spec)), work)
        counts.append(size_of(work, target.name).tests)
    return counts[1] - counts[0]


def examples(work: Path) -> Iterator[tuple[Size, int | None]]:
    """Yield the size of each example, and how many lines the usual handler would add to its tests."""
    for target in EXAMPLES:
        name = PurePosixPath(target.spec).stem if "specs/" in target.spec else target.name
        root = work / name
        prepare(target, root)
        size = size_of(root, name)
        yield size, lines_for_the_usual_handler(target, root)


def generated_below(directory: Path) -> list[Size]:
    """Return the sizes of the generated projects below ``directory``."""
    roots = sorted({path.parent for path in directory.rglob(".signalgen") if path.is_dir()})
    return [size_of(root, root.relative_to(directory).as_posix()) for root in roots]


def table(sizes: Sequence[Size], others: Sequence[Size], handlers: Sequence[int]) -> str:
    """Return the table of each example and of all, and what a usual handler needs."""
    goal = [size for size in sizes if size.name != RECIPES]
    rows = [*sizes, total("the examples without the recipes", goal), total("all examples", sizes)]
    if others:
        rows += [total(f"campaign ({len(others)} projects)", others)]
        rows += [total("examples and campaign", [*sizes, *others])]
    usual = (
        f"A handler of two branches and a task adds {statistics.median(handlers):g} lines of tests "
        f"(the median of {len(handlers)}, from {min(handlers)} to {max(handlers)})."
    )
    head = [
        "| project | lines of code | lines of tests | for each line of code |",
        "|---|---|---|---|",
    ]
    body = [f"| {s.name} | {s.code} | {s.tests} | {s.share:.2f} |" for s in rows]
    return "\n".join([*head, *body, "", usual, ""])


def main() -> int:
    """Print the sizes, and record them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, help="projects of the campaign")
    parser.add_argument("--record", action="store_true", help="write the tables of the page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = list(examples(Path(work)))
    others = generated_below(options.directory) if options.directory else []
    for size in others:
        print(f"{size.name}: {size.code} of code, {size.tests} of tests, {size.share:.2f}")
    text = table(
        [size for size, _ in found], others, [added for _, added in found if added is not None]
    )
    print(text)
    if options.record:
        record(ROOT / "docs" / "generated-tests.md", text, BEGIN, END)
    return 0


if __name__ == "__main__":
    sys.exit(main())
