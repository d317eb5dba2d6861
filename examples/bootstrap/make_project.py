"""Makes a Django project that has its signal code from the first commit on.

    python make_project.py FOLDER [NAME]

All or nothing: everything is made in a folder beside FOLDER, which takes its place only when the
specs fitted, the files were written and `signalgen new --check` finds nothing left to do.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import signalgen

SPECS = Path(__file__).resolve().parent / "specs"
MODELS = '''\
from django.db import models


class Order(models.Model):
    email = models.EmailField()
    total = models.DecimalField(max_digits=10, decimal_places=2, default=0)
'''


def django(root: Path, *words: str) -> None:
    """Runs a command of Django in the new project."""
    program = ["manage.py"] if (root / "manage.py").exists() else ["-m", "django"]
    subprocess.run([sys.executable, *program, *words], cwd=root, check=True)


def make(root: Path, name: str, specs: list[Path]) -> None:
    """Makes the project NAME in the empty folder `root`. Raises SignalgenError."""
    django(root, "startproject", name, ".")
    django(root, "startapp", "orders")
    (root / "orders" / "models.py").write_text(MODELS)
    # The specs become part of the project: generated code remembers them by their path in it.
    shutil.copytree(specs[0].parent, root / "specs")
    inside = [root / "specs" / path.name for path in specs]

    read = [signalgen.load_spec(path, project=root) for path in inside]
    # Before the code is generated: what is tested depends on which apps are installed.
    settings = root / name / "settings.py"
    apps = "".join(f'    "{spec.app.text}",\n' for spec in read)
    text = settings.read_text().replace("INSTALLED_APPS = [\n", f"INSTALLED_APPS = [\n{apps}")
    settings.write_text(text)

    # One call for all specs: they see one another's tasks and signals, and are written together.
    signalgen.generate(read, root).apply()
    django(root, "makemigrations", "orders")


def left_to_do(root: Path, specs: list[Path]) -> list[str]:
    """Returns the files that `signalgen new` would still change, as its JSON output names them."""
    named = [str(Path("specs", path.name)) for path in specs]
    command = [sys.executable, "-m", "signalgen", "new", *named, "--check", "--format", "json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    if answer["problems"]:
        raise SystemExit("\n".join(one["message"] for one in answer["problems"]))
    return [one["path"] for one in answer["files"] if one["action"] != "unchanged"]


def main(target: Path, name: str = "config", folder: Path = SPECS) -> int:
    """Makes the project in `target`, which must not exist; returns the exit code."""
    if target.exists():
        print(f"{target} exists already", file=sys.stderr)
        return 2
    specs = sorted(folder.glob("*.yaml"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".making-") as place:
        root = Path(place, "project")
        root.mkdir()
        try:
            make(root, name, specs)
        except signalgen.SignalgenError as error:
            for one in error.problems:
                print(f"{one.file}:{one.line}:{one.column}: {one.message}", file=sys.stderr)
            return int(error.exit_code)
        left = left_to_do(root, specs)
        if left:
            print(f"not up to date: {', '.join(left)}", file=sys.stderr)
            return 1
        root.rename(target)
    print(f"{target} is made, from {len(specs)} specs")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
