"""Write the pages of the rules from their docstrings: ``rule_docs.py`` writes them, ``--check`` says whether they are current."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from signalgen.check import all_rules  # noqa: E402
from signalgen.check.engine.docs import rule_page, rule_table  # noqa: E402

MARKED = re.compile(r"(<!-- rules[^>]*-->\n).*(<!-- /rules -->)", re.DOTALL)


def pages() -> dict[Path, str]:
    """Return the text of every page that is made from the rules."""
    overview = ROOT / "docs" / "check.md"
    table = rule_table(all_rules())
    made = {overview: MARKED.sub(lambda found: found[1] + table + found[2], overview.read_text())}
    for rule in all_rules():
        made[ROOT / "docs" / "rules" / f"{rule.code.lower()}.md"] = rule_page(rule)
    return made


def stale() -> list[str]:
    """Return the pages that differ from the rules, including pages of removed rules."""
    wanted = pages()
    found = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    found += [path for path in (ROOT / "docs" / "rules").glob("*.md") if path not in wanted]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def main() -> int:
    """Write the pages, or name those that are not current."""
    if "--check" in sys.argv:
        print("\n".join(stale()))
        return int(bool(stale()))
    (ROOT / "docs" / "rules").mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
