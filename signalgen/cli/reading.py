"""The work of the commands that need no project: they read specs, or print schemas.

``validate``, ``upgraded`` and ``schema`` are the entries.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.api import existing_folder
from signalgen.cli.inputs import load_specs, own_recipes, read_input
from signalgen.cli.jsonout import output_schema
from signalgen.cli.outcome import Outcome, Sinks
from signalgen.errors import Problem, UsageError
from signalgen.screening import one_line
from signalgen.spec import json_schema, upgrade
from signalgen.values.change import FileChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.values.spec import Spec


def validate(names: Sequence[str], project: str | None, *, quiet: bool) -> Outcome:
    """Report the problems of specs; a project is needed only for its own recipes."""
    specs = load_specs(names, None if project is None else existing_folder(Path(project)))
    lines = [f"{one_line(spec.file)}: ok ({_contents(spec)})\n" for spec in specs]
    return Outcome("validate", text="" if quiet else "".join(lines))


def upgraded(names: Sequence[str]) -> Outcome:
    """Rewrite a spec of the older shape in today's."""
    if len(names) != 1:
        message = f"--upgrade takes one spec, and {len(names)} were named"
        raise UsageError(Problem("", 0, 0, "", "usage", message, "upgrade them one by one"))
    given = read_input(names[0])
    text = upgrade(given.data, file=given.file)
    after = text.encode()
    change = FileChange(
        given.file, "unchanged" if after == given.data else "update", given.data, after
    )
    return Outcome("validate", files=(change,), sinks=Sinks(dry_run=True), text=text, data=True)


def schema(project: str | None, *, output: bool) -> Outcome:
    """Return the JSON Schema of specs, own recipes included, or of the JSON output."""
    root = None if project is None else existing_folder(Path(project))
    data = output_schema() if output else json_schema(own_recipes(root))
    return Outcome("schema", text=json.dumps(data, indent=2) + "\n", verbatim=True, data=True)


def _contents(spec: Spec) -> str:
    handlers = len(spec.handlers) + sum(len(signal.handlers) for signal in spec.signals)
    counts = (("handler", handlers), ("signal", len(spec.signals)), ("task", len(spec.tasks)))
    said = [f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts if count]
    return ", ".join(said) or "nothing in it yet"
