"""What a developer writes in an afternoon instead: YAML in, Jinja2, black, four files out. No project is read, nothing merged."""

from __future__ import annotations

import sys
from pathlib import Path

import black
import jinja2
import yaml


def main() -> None:
    """Render the spec in the first argument into the app folder in the second."""
    spec = yaml.safe_load(Path(sys.argv[1]).read_text())
    app = Path(sys.argv[2])
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "minimal")
    environment = jinja2.Environment(loader=loader, trim_blocks=True, lstrip_blocks=True)
    for name in ("signals.py", "apps.py", "tasks.py", "tests/test_signals.py"):
        text = environment.get_template(Path(name).name + ".j2").render(**spec)
        target = app / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(black.format_str(text, mode=black.Mode()))


if __name__ == "__main__":
    main()
