"""Show with a real broker that each committed save leads to exactly one task run, and a rolled-back one to none.

Starts a private Redis and a private PostgreSQL (both installed with apt-get where they are missing and we may), generates
``tests/projects/orders/broker.yaml`` into a copy of the orders project, starts a real Celery worker, and saves from several
threads, inside and outside of transactions (``broker_saves.py``). Prints the figures; exits with 1 when one is wrong.
At the end the generated ``on_commit`` is taken out by hand: that must be seen, or the figures would prove nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import redis
from postgres import apt_get, cluster, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "tests" / "projects" / "orders"
QUEUE = "saves"
VARIANTS = ("on_commit", "delay_on_commit", "naive")
PATIENCE = 90
"""Seconds that the worker may take for what is in the queue."""

# What the owner of the project makes of the generated stub: one row that says what the worker has found.
TASK_BODY = """
    order = Order.objects.filter(pk=order_id).first()
    seen = order is not None and int(order.number.split("-")[1]) >= int(number.split("-")[1])
    AuditEntry.objects.create(order_id=order_id, action="run", data={"number": number, "seen": seen})
"""
ON_COMMIT = re.compile(
    r"transaction\.on_commit\(\s*partial\(([\w.]+), (.*?)\),\s*using=using,?\s*\)", re.DOTALL
)


@dataclass(frozen=True)
class Figures:
    """The results of the saves: how many were committed and rolled back, and the runs of their tasks."""

    committed: int
    rolled_back: int
    runs: int
    missing: int
    repeated: int
    blind: int
    of_rolled_back: int

    @property
    def right(self) -> bool:
        """Each committed save led to one run that saw its row, and nothing else led to any."""
        wrong = self.missing + self.repeated + self.blind + self.of_rolled_back
        return not wrong and self.runs == self.committed > 0 < self.rolled_back

    def __str__(self) -> str:
        return (
            f"{self.committed + self.rolled_back} saves, {self.committed} committed, {self.rolled_back} rolled back: "
            f"{self.runs} task runs; committed saves without a run {self.missing}, with several {self.repeated}; "
            f"runs that did not see their row {self.blind}, of rolled-back saves {self.of_rolled_back}"
        )


@contextmanager
def private_redis() -> Iterator[str]:
    """Start a Redis on a free loopback port that keeps nothing, yield its URL, and stop it."""
    if not shutil.which("redis-server"):
        apt_get("redis-server", "There is no Redis here (redis-server)")
    port = free_port()
    command = [
        "redis-server",
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir()) as server:
        try:
            wait_for(lambda: answers(port), "Redis does not answer", seconds=20)
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()


def answers(port: int) -> bool:
    """Tell whether Redis is there."""
    try:
        with redis.Redis(port=port) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def wait_for(ready, trouble: str, *, seconds: int) -> None:
    """Return as soon as ``ready()`` holds; end the run when it never does."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            sys.exit(f"{trouble} after {seconds} s")
        time.sleep(0.1)


def python(root: Path, env: dict[str, str], *arguments: str) -> str:
    """Run the project's Python and return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return (
        done.stdout
        if done.returncode == 0
        else sys.exit(f"{arguments} ended with {done.returncode}")
    )


def prepare(root: Path, env: dict[str, str], variant: str) -> None:
    """Generate into a copy of the project, write the task's body, generate again, and migrate."""
    shutil.copytree(PROJECT, root, ignore=shutil.ignore_patterns("__pycache__", "db.sqlite3"))
    if variant == "delay_on_commit":
        (root / "requirements.txt").write_text(
            (PROJECT / "requirements.txt").read_text().replace("5.3", "5.4")
        )
        with (root / "broker.yaml").open("a") as spec:
            spec.write("\ndelay_on_commit: true\n")
    generate = ("-m", "signalgen", "new", "--spec", "broker.yaml", "--quiet")
    python(root, env, *generate)
    tasks = root / "orders" / "tasks.py"
    stub = tasks.read_text()
    head, signature = re.split(r"(?<=\n)(?=def record_save)", stub)
    written = head.replace("import Order", "import AuditEntry, Order")
    tasks.write_text(f"{written}{signature.splitlines()[0]}{TASK_BODY}")
    python(root, env, *generate)
    if TASK_BODY not in tasks.read_text():
        sys.exit("the second run has not kept the body of the task")
    receivers = root / "orders" / "signals.py"
    text, count = ON_COMMIT.subn(r"\1(\2)", receivers.read_text())
    if bool(count) is (variant == "delay_on_commit"):
        sys.exit(f"this is not how {variant} waits for the commit\n{text}")
    if variant == "naive":
        receivers.write_text(text)
    with (root / "config" / "settings.py").open("a") as settings:
        settings.write(
            f'CELERY_TASK_ROUTES = {{"orders.tasks.record_save": {{"queue": "{QUEUE}"}}}}\n'
        )
    python(root, env, "manage.py", "migrate", "--verbosity", "0")


@contextmanager
def worker(root: Path, env: dict[str, str]) -> Iterator[None]:
    """Start a Celery worker of two processes; a warm shutdown lets it finish what it has begun."""
    command = ["-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--queues", QUEUE]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
    with (
        (root / "worker.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, *command, *quiet], cwd=root, env=env, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def log_of(root: Path) -> str:
    """Return the end of the worker's output."""
    return (root / "worker.log").read_text()[-4000:]


def drained(broker: redis.Redis) -> bool:
    """Tell whether nothing waits in the queue and the worker has taken and acknowledged everything."""
    return not broker.llen(QUEUE) and not broker.hlen("unacked")


def count_runs(database: str, saves: dict[str, list[str]]) -> Figures:
    """Compare the rows that the tasks have left with the saves."""
    with psycopg.connect(database) as connection:
        query = "SELECT data->>'number', data->>'seen' FROM orders_auditentry WHERE action = 'run'"
        rows = connection.execute(query).fetchall()
    runs = Counter(number for number, _ in rows)
    return Figures(
        len(saves["committed"]),
        len(saves["rolled_back"]),
        len(rows),
        sum(number not in runs for number in saves["committed"]),
        sum(runs[number] > 1 for number in saves["committed"]),
        sum(seen != "true" for _, seen in rows),
        sum(number in runs for number in saves["rolled_back"]),
    )


def measure(
    name: str, servers: tuple[str, str], work: Path, options: argparse.Namespace
) -> Figures:
    """Run one variant from end to end, in a database and a Redis database of its own."""
    postgres, queue = servers
    with psycopg.connect(f"{postgres}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = f"{postgres}/{name}"
    own = {
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": queue,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    root = work / name
    env = {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(root)}
    prepare(root, env, name)
    with redis.Redis.from_url(queue) as broker:
        broker.flushdb()
        with worker(root, env):
            saves = (
                max(options.saves // 5, 10 * options.threads) if name == "naive" else options.saves
            )
            script = str(Path(__file__).with_name("broker_saves.py"))
            made = json.loads(python(root, env, script, str(options.threads), str(saves)))
            wait_for(lambda: drained(broker), "the worker is not done", seconds=PATIENCE)
    return count_runs(database, made)


def main() -> int:
    """Run the variants; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=10)
    options = parser.parse_args()
    red = 0
    with (
        tempfile.TemporaryDirectory(prefix="broker-") as work,
        cluster() as postgres,
        private_redis() as queue,
    ):
        for name in VARIANTS:
            start = time.monotonic()
            figures = measure(name, (postgres, queue), Path(work), options)
            verdict = figures.of_rolled_back > 0 if name == "naive" else figures.right
            red += not verdict
            if not verdict:
                print(log_of(Path(work) / name))
            print(
                f"{name}: {figures}; {time.monotonic() - start:.0f} s: {'ok' if verdict else 'WRONG'}",
                flush=True,
            )
    print(
        f"{len(VARIANTS) - red} passed, {red} failed: exactly one run for each committed save, and the naive code was seen"
    )
    return int(bool(red))


if __name__ == "__main__":
    sys.exit(main())
