"""The reference page of the spec, made from the table of keys: ``spec_reference``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.spec.declared import table

if TYPE_CHECKING:
    from signalgen.spec.declared.keys import Key, Section

_KINDS = {
    "items": "list",
    "recipes": "list",
    "imports": "import statement or list of them",
    "arguments": "`a, b: type`, list, or mapping of names to types",
    "bodies": "mapping of field names to Python statements",
    "expressions": "Python expression or list of them",
    "entries": "task name, entry, or list of them",
}


def spec_reference() -> str:
    """Return Markdown that describes every key of a spec, ending with a newline."""
    return "\n".join(part for section in table.SECTIONS for part in _section(section))


def _section(section: Section) -> list[str]:
    return [f"## {section.title}", "", *key_rows(section), ""]


def key_rows(section: Section) -> list[str]:
    """Return the table of a section's keys, as lines of Markdown."""
    return [
        "| key | value | meaning | default |",
        "| --- | --- | --- | --- |",
        *(_row(key) for key in section.keys),
    ]


def _row(key: Key[object]) -> str:
    name = f"`{key.name}`" + (f" (or `{key.also}`)" if key.also else "")
    meaning = f"{key.meaning} {_signals(key)}Example: `{key.name}: {key.example}`"
    default = "**required**" if key.required else key.default
    cells = (name, _KINDS.get(key.shape, key.kind.label), meaning, default)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _signals(key: Key[object]) -> str:
    if not key.families:
        return ""
    names = [f"`{signal.name}`" for signal in BUILTIN.values() if signal.family in key.families]
    return f"Only for {', '.join(names)}. "
