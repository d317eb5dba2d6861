"""Check the built site: ``python scripts/site_check.py DIR`` follows every internal link, without network access.

Names each link without a page or anchor, each style, script or picture that another host would have to send, and each rule and
recipe that has not the address which messages and people keep.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
LOADS = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}
PLAIN = ("canonical", "search", "index", "next", "prev")


class Reader(HTMLParser):
    """Collects the anchors of a page, where it leads and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.targets: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what one tag says."""
        said = {name: value for name, value in attrs if value}
        self.anchors.update(said[name] for name in ("id", "name") if name in said)
        if tag == "a" and "href" in said:
            self.targets.append(said["href"])
        place = LOADS.get(tag, "")
        if place in said and said.get("rel") not in PLAIN:
            self.loaded.append(said[place])


def read(folder: Path) -> dict[Path, Reader]:
    """Return every page of the site, read."""
    pages = {}
    for path in sorted(folder.rglob("*.html")):
        pages[path] = Reader()
        pages[path].feed(path.read_text(encoding="utf-8"))
    return pages


def missing(page: Path, target: str, pages: dict[Path, Reader]) -> bool:
    """Tell whether a link inside the site leads nowhere."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return False
    there = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not there.is_file():
        return True
    anchor = unquote(parts.fragment)
    return bool(anchor) and there in pages and anchor not in pages[there].anchors


def faults(folder: Path) -> list[str]:
    """Return what is wrong with the site in ``folder``, a line each."""
    pages = read(folder.resolve())
    found = []
    for page, reader in pages.items():
        name = page.relative_to(folder.resolve())
        found += [
            f"{name}: {to} leads nowhere" for to in reader.targets if missing(page, to, pages)
        ]
        found += [f"{name}: {to} is on another host" for to in reader.loaded if urlsplit(to).netloc]
        found += [f"{name}: {to} is missing" for to in reader.loaded if missing(page, to, pages)]
    return found


def lost(folder: Path) -> list[str]:
    """Return the rules and recipes that cannot be found under their lasting addresses."""
    rules = [path.stem for path in (ROOT / "docs" / "rules").glob("*.md")]
    gone = [f"rules/{rule}.html" for rule in rules if not (folder / f"rules/{rule}.html").is_file()]
    recipes = [path.stem for path in (ROOT / "templates" / "recipes").glob("*.yaml")]
    page = Reader()
    page.feed((folder / "recipes.html").read_text(encoding="utf-8"))
    gone += [f"recipes.html#{name}" for name in recipes if name not in page.anchors]
    return [f"{address} is gone, which people and messages keep" for address in sorted(gone)]


def main() -> int:
    """Check the site in the folder that is named."""
    folder = Path(sys.argv[1])
    found = [*faults(folder), *lost(folder)]
    print("\n".join(found) or f"every link of {len(read(folder))} pages leads somewhere")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
