"""The table of the documentation that says how many breaks the generated tests find."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mutants_excused import reason_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mutants import Tried

BEGIN = "<!-- made by make mutants RECORD=1 -->"
END = "<!-- end -->"


def record(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Write ``text`` into the page at ``path``, between its two marks."""
    before, _, rest = path.read_text().partition(begin)
    after = rest.partition(end)[2]
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}")


def table(results: Mapping[str, Sequence[Tried]]) -> str:
    """Return the figures of each project, those of each kind, and every survivor with its reason."""
    return (
        "\n".join([*_projects(results), "", *_kinds(results), "", *_survivors(results)]).rstrip()
        + "\n"
    )


def _projects(results: Mapping[str, Sequence[Tried]]) -> Iterator[str]:
    yield "| project | mutants | found | share |"
    yield "|---|---|---|---|"
    for name, tried in results.items():
        yield _row(name, tried)
    yield _row("all", [t for tried in results.values() for t in tried])


def _row(name: str, tried: Sequence[Tried]) -> str:
    dead = sum(t.dead for t in tried)
    return f"| {name} | {len(tried)} | {dead} | {100 * dead / len(tried):.1f} % |"


def _kinds(results: Mapping[str, Sequence[Tried]]) -> Iterator[str]:
    every = [t for tried in results.values() for t in tried]
    kinds = Counter(_kind(t) for t in every)
    found = Counter(_kind(t) for t in every if t.dead)
    yield "| what is broken | mutants | found |"
    yield "|---|---|---|"
    for kind, count in sorted(
        kinds.items(), key=lambda item: (item[0].startswith("trap"), item[0])
    ):
        said = kind.replace("**kwargs", "`**kwargs`")
        yield f"| {said} | {count} | {found[kind]} |"


def _kind(tried: Tried) -> str:
    kind = tried.mutant.kind
    return "trap of a recipe, as tests/recipes knows it" if kind.startswith("trap of ") else kind


def _survivors(results: Mapping[str, Sequence[Tried]]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for name, tried in results.items():
        for t in tried:
            if not t.dead:
                reason = reason_for(name, t.mutant) or "no test of this kind yet"
                reasons.setdefault(reason, []).append(
                    f"{name} `{t.mutant.function}`: {t.mutant.kind}"
                )
    if reasons:
        yield "Those that were not found:"
        yield ""
    for reason, survivors in sorted(reasons.items()):
        counted = Counter(survivors)
        named = "; ".join(
            said + (f" ({count})" if count > 1 else "") for said, count in counted.items()
        )
        yield f"- {reason}: {named}."
