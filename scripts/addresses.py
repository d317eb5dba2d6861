"""Put the project's address in all places that name it: ``python scripts/addresses.py https://github.com/acme/signalgen``.

Until the project has one, its files have the examples in ``EXAMPLES``. This is the only place that knows them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
FILES = ("pyproject.toml", "docs/ci.md", "docs/check.md", "ci/gitlab.yml")
HOME = "https://git.example.com/signalgen"
EXAMPLES = (HOME, "OWNER/signalgen", "GROUP/signalgen")
"""What stands for the address itself, and for its path on GitHub and on GitLab."""


def left_in(text: str) -> list[str]:
    """Return the examples that a text still has."""
    return [example for example in EXAMPLES if example in text]


def addressed(text: str, address: str) -> str:
    """Return a text with the address instead of all examples."""
    path = urlsplit(address).path.strip("/")
    for example in EXAMPLES:
        text = text.replace(example, address.rstrip("/") if example == HOME else path)
    return text


def main(words: list[str]) -> int:
    """Write the files that change, and name them."""
    if (
        len(words) != 1
        or not words[0].startswith("https://")
        or not urlsplit(words[0]).path.strip("/")
    ):
        print(f"usage: python scripts/addresses.py {HOME}", file=sys.stderr)
        return 2
    for name in FILES:
        path = ROOT / name
        before = path.read_text(encoding="utf-8")
        if (after := addressed(before, words[0])) != before:
            path.write_text(after, encoding="utf-8")
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
