"""Draw a terminal session as SVG: commands are run in a copy of an example, and some of the lines that they print are shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Session:
    """Commands that are run in a copy of a folder, and which of their lines are shown."""

    folder: str
    title: str
    width: int
    commands: tuple[tuple[str, str], ...]


SESSIONS = {
    "session.svg": Session(
        "examples/shop",
        "A spec of eight lines, the code and tests that signalgen new makes of it, and the tests passing",
        680,
        (
            ("cat orders.yaml", r".+"),
            (
                "signalgen new orders.yaml",
                r"(create|update) |\s+\+ (order_saved|Orders\w+\.ready)$",
            ),
            ("tail -n 4 orders/signals.py", r".+"),
            ("python manage.py test", r"Ran|OK"),
        ),
    ),
    "looks.svg": Session(
        "tests/check/planted",
        "The receivers of an app in a table, what saving a move leads to as a tree, and why a receiver never runs",
        1190,
        (
            ("signalgen list --app stock", r".+"),
            ("signalgen trace stock.Move --to note_move --depth 2", r".+"),
            ("signalgen why stock.Bin pre_delete keep_bin", r".+"),
        ),
    ),
}
"""The terminal pictures, by file."""

LINE, TOP, LEFT = 19, 52, 20
STYLE = """
.page { fill: #0d1117; stroke: #30363d; }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #c9d1d9; white-space: pre; }
.typed { fill: #ffffff; font-weight: bold; } .sign { fill: #7ee787; } .good { fill: #7ee787; } .quiet { fill: #8b949e; } .bad { fill: #ff7b72; }
"""
COLOURED = (
    (r"create |update |OK$|  yes ", "good"),
    (r"\s+\+ |Ran |SIGNAL ", "quiet"),
    (r"  no ", "bad"),
)


def run(command: str, here: Path) -> list[str]:
    """Run one command and return its lines."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTEST_"))}
    env = {**kept, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"NO_COLOR": "1", "COLUMNS": "110"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=here, env=env, capture_output=True, text=True, check=True
    )
    return (done.stdout + done.stderr).splitlines()


def told(session: Session) -> list[tuple[str, str]]:
    """Return the lines of a session, each with its class; the commands are run for it."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        here = Path(shutil.copytree(ROOT / session.folder, Path(folder) / "shop"))
        for command, shown in session.commands:
            lines.append((command, "typed"))
            for line in run(command, here):
                plain = re.sub(r"in \d+\.\d+s", "in 0.03s", line)
                if re.match(shown, plain):
                    kind = next((name for form, name in COLOURED if re.match(form, plain)), "said")
                    lines.append((plain, kind))
            lines.append(("", "said"))
    return lines[:-1]


def drawn(name: str) -> str:
    """Return the picture that is kept in the file ``name``."""
    session = SESSIONS[name]
    lines = told(session)
    width = session.width
    height = TOP + LINE * len(lines) + 6
    rows = []
    for place, (line, kind) in enumerate(lines):
        at = f'x="{LEFT}" y="{TOP + LINE * place}"'
        sign = '<tspan class="sign">$ </tspan>' if kind == "typed" else ""
        rows.append(f'<text {at} xml:space="preserve" class="{kind}">{sign}{escape(line)}</text>')
    lamps = "".join(
        f'<circle cx="{LEFT + 4 + 18 * n}" cy="20" r="5.5" fill="{colour}"/>'
        for n, colour in enumerate(("#ff5f56", "#ffbd2e", "#27c93f"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">\n'
        f"<title>{escape(session.title)}</title>\n"
        f"<style>{STYLE}</style>\n"
        f'<rect class="page" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>{lamps}\n'
        + "\n".join(rows)
        + "\n</svg>\n"
    )
