"""Run what is generated for each task library, with its real worker: ``python scripts/queues``.

In a project of its own on a private PostgreSQL (and Redis), a receiver that queues a task is generated twice: by its
call, and by ``enqueue``, which names the task. The generated tests are run; then rows are saved, a third of them in
transactions that are taken back, while a worker works. Each committed save must lead to one run that finds its row,
and nothing else to any. Where the library does not wait for the commit by itself, the call is put back without
``on_commit``: that must be seen. Prints a table, with ``--record`` into docs/generated-tests.md; 1 when a figure is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redis import Redis

sys.path.append(str(Path(__file__).resolve().parents[1]))

from broker import private_redis
from interpreters import find
from libraries import LIBRARIES, WORK, Library
from postgres import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHONS = ("3.13", "3.12")
"""Django 6 wants one of them."""
DJANGO = ("django==6.1.*", "psycopg[binary]")
SAVES = 12
PATIENCE = 60
"""Seconds that a worker may take for what is in its queue."""
PAGE = ROOT / "docs" / "generated-tests.md"
MODELS = """from django.db import models


class Order(models.Model):
    number = models.CharField(max_length=20)


class Run(models.Model):
    number = models.CharField(max_length=20)
    seen = models.BooleanField()
"""
SETTINGS = """
from urllib.parse import urlsplit

_database = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path[1:],
        "USER": _database.username,
        "HOST": _database.hostname,
        "PORT": _database.port,
    }
}
"""
ON_COMMIT = re.compile(
    r"transaction\.on_commit\(\s*partial\(\s*(?P<call>[^,]+?),\s*instance\.pk,\s*instance\.number\s*,?\s*\),"
    r"\s*using=using,?\s*\)",
    re.DOTALL,
)
WAITING = re.compile(r"transaction\.on_commit\(\s*(?P<call>.+?),\s*using=using,?\s*\)", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """The results of one library called in one way: tests, and the runs of its tasks."""

    library: str
    way: str
    tests: str
    committed: int
    runs: int
    missing: int
    repeated: int
    blind: int
    taken_back: int

    @property
    def right(self) -> bool:
        """Each committed save led to one run that saw its row, and nothing else led to any."""
        wrong = self.missing + self.repeated + self.blind + self.taken_back
        return not wrong and self.runs == self.committed > 0

    def __str__(self) -> str:
        cells = (self.library, self.way, self.tests, self.committed, self.runs, self.missing)
        cells += (self.repeated, self.blind, self.taken_back)
        return "| " + " | ".join(str(cell) for cell in cells) + " |"


HEAD = (
    "| library | called | generated tests | committed saves | runs | missing | twice | row not found | of rolled-back saves |\n"
    + "|---" * 9
    + "|"
)


def run(command: list[str], root: Path, env: dict[str, str]) -> str:
    """Run a command of the project and return its output; end with it when it fails."""
    done = subprocess.run(
        command,
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BrokenError(" ".join(command) + "\n" + "\n".join(done.stdout.splitlines()[-15:]))
    return done.stdout


class BrokenError(Exception):
    """A step of one library that failed, with what it said."""


def environment(library: Library) -> str:
    """Return the Python of an environment with the library, which is made where it is not there."""
    folder = ROOT / ".work" / "queues" / re.sub(r"\W+", "-", library.name)
    python, uv = folder / "bin" / "python", str(Path(sys.executable).with_name("uv"))
    if not (folder / "ready").exists():
        base = next(filter(None, (find(version, uv) for version in PYTHONS)), None)
        if base is None:
            sys.exit(f"There is no Python {' or '.join(PYTHONS)} here, which Django 6 needs")
        # The pins of this checkout are about other packages.
        own = {k: v for k, v in os.environ.items() if not k.endswith("_CONSTRAINT")}
        subprocess.run([uv, "venv", "-q", "--clear", "-p", base, str(folder)], check=True)
        install = [uv, "pip", "install", "-q", "-p", str(python), *DJANGO, *library.packages]
        subprocess.run(install, env=own, check=True)
        (folder / "ready").touch()
    return str(python)


def prepare(root: Path, python: str, library: Library, redis: str, env: dict[str, str]) -> None:
    """Write the project: Django's own, an app with two models, the library's settings and task."""
    root.mkdir()
    run([python, "-m", "django", "startproject", "config", "."], root, env)
    run([python, "manage.py", "startapp", "shop"], root, {**env, "DATABASE_URL": ""})
    (root / "shop/models.py").write_text(MODELS)
    (root / "shop/tests.py").unlink()
    decorator = f"\n\n{library.decorator}" if library.decorator else "\n"
    (root / "shop/tasks.py").write_text((library.head + decorator + WORK).replace("{redis}", redis))
    settings = root / "config/settings.py"
    text = settings.read_text().replace(
        "from pathlib import Path", "import os\nfrom pathlib import Path"
    )
    apps = "".join(f'    "{app}",\n' for app in ("shop", *library.apps))
    text = text.replace("INSTALLED_APPS = [\n", f"INSTALLED_APPS = [\n{apps}")
    settings.write_text((text + SETTINGS + library.settings).replace("{redis}", redis))
    for name, content in library.files:
        (root / name).write_text(content.replace("{redis}", redis))


def spec(library: Library, way: str) -> str:
    """Return the spec that queues the task in one of the ways."""
    lines = ["app: shop"]
    if library.imports and way == "its call":
        lines += ["imports:", *(f"  - {line}" for line in library.imports)]
    lines += ["handlers:", "  - name: order_saved", "    signal: post_save", "    model: Order"]
    if way == "its call":
        lines += [f"    on_create: {library.body}"]
    else:
        lines += [
            "    enqueue:",
            "      - {task: work, on: create, args: [instance.pk, instance.number]}",
        ]
    return "\n".join(lines) + "\n"


@contextmanager
def working(root: Path, python: str, library: Library, env: dict[str, str]) -> Iterator[None]:
    """Have the library's workers run."""
    log = (root / "worker.log").open("w")
    started = [
        subprocess.Popen(
            [python, *words],
            cwd=root,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        for words in library.workers
    ]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        time.sleep(2)
        for process in started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def saved(
    root: Path, python: str, library: Library, env: dict[str, str], way: str, tests: str
) -> Row:
    """Save rows beside the workers, wait until nothing more comes, and count the runs."""
    run(
        [
            python,
            "manage.py",
            "shell",
            "-c",
            "from shop.models import *; Order.objects.all().delete(); Run.objects.all().delete()",
        ],
        root,
        env,
    )
    with Redis.from_url(env["REDIS_URL"]) as client:
        client.flushall()  # What is left in a queue would count for the next one.
    extra = ["--under-asgi"] if library.under_asgi else []
    with working(root, python, library, env):
        said = json.loads(
            run([python, str(HERE / "saves.py"), str(SAVES), *extra], root, env).splitlines()[-1]
        )
        end, runs = time.monotonic() + PATIENCE, []
        while time.monotonic() < end:
            runs = json.loads(run([python, str(HERE / "runs.py")], root, env).splitlines()[-1])
            if len(runs) >= len(said["committed"]):
                break
            time.sleep(0.5)
        # What should not come gets time to come.
        time.sleep(2)
        runs = json.loads(run([python, str(HERE / "runs.py")], root, env).splitlines()[-1])
    count = Counter(number for number, _ in runs)
    seen = {number for number, is_seen in runs if is_seen}
    committed, gone = set(said["committed"]), set(said["taken_back"])
    return Row(
        library.name,
        way,
        tests,
        len(committed),
        len(runs),
        len(committed - set(count)),
        sum(count[number] > 1 for number in committed),
        len((committed & set(count)) - seen),
        len(gone & set(count)),
    )


def tried(library: Library, redis: str, postgres: str, folder: Path) -> list[Row]:
    """Return the rows of one library."""
    python = environment(library)
    rows = []
    for way in ("its call", "enqueue") if library.by_name else ("its call",):
        name = re.sub(r"\W+", "_", f"{library.name} {way}").lower()
        root = folder / name
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "PYTHONPATH"))},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"{postgres}/{name}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(root),
            "REDIS_URL": redis,
        }
        prepare(root, python, library, redis, env)
        (root / "shop.yaml").write_text(spec(library, way))
        run(
            [sys.executable, "-m", "signalgen", "new", "--spec", "shop.yaml", "--project", "."],
            root,
            {**env, "PYTHONPATH": str(ROOT)},
        )
        run(
            [
                python,
                "-c",
                f"import psycopg; psycopg.connect('{postgres}/postgres', autocommit=True).execute('create database {name}')",
            ],
            root,
            env,
        )
        run([python, "manage.py", "makemigrations", "shop"], root, env)
        run([python, "manage.py", "migrate"], root, env)
        said = run([python, "manage.py", "test", "shop", "--noinput"], root, env)
        ran, _, verdict = re.search(r"Ran (\d+) tests?(.*\n)+?(OK.*)", said).groups()
        tests = f"{ran} {verdict}"
        rows.append(saved(root, python, library, env, way, tests))
        receivers = root / "shop/signals.py"
        text = receivers.read_text()
        naive = ON_COMMIT.sub(r"\g<call>(instance.pk, instance.number)", text)
        if naive == text:
            naive = WAITING.sub(r"(\g<call>)()", text)
        if naive != text and not library.waits:
            receivers.write_text(naive)
            rows.append(saved(root, python, library, env, f"{way}, without on_commit", "-"))
        elif not library.waits:
            raise BrokenError(f"nothing waits in\n{text}")
    return rows


def main() -> int:
    """Try all libraries, or those that are named; print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="libraries whose name contains this")
    parser.add_argument("--record", action="store_true", help=f"write the table into {PAGE.name}")
    options = parser.parse_args()
    chosen = [one for one in LIBRARIES if not options.only or options.only in one.name]
    rows, wrong = [], 0
    folder = Path(tempfile.mkdtemp(prefix="queues-"))
    print(HEAD)
    with private_redis() as redis, cluster() as postgres:
        for library in chosen:
            try:
                found = tried(library, redis, postgres, folder)
            except BrokenError as broken:
                print(f"{library.name}: {broken}", file=sys.stderr)
                wrong += 1
                continue
            for row in found:
                print(row, flush=True)
                wrong += row.right == row.way.endswith("without on_commit")
            rows += found
    shutil.rmtree(folder, ignore_errors=True)
    if options.record:
        record(rows)
    print(f"{len(rows)} rows, {wrong} wrong")
    return bool(wrong)


def record(rows: list[Row]) -> None:
    """Write the table between its marks."""
    marks = ("<!-- made by make queues RECORD=1 -->", "<!-- end of queues -->")
    before, _, rest = PAGE.read_text().partition(marks[0])
    after = rest.partition(marks[1])[2]
    table = "\n".join([HEAD, *map(str, rows)])
    PAGE.write_text(f"{before}{marks[0]}\n\n{table}\n\n{marks[1]}{after}")


if __name__ == "__main__":
    sys.exit(main())
