"""Generate random specs into small projects and run what was generated: every test must pass at once (promise P9).

``--seed N --count N`` makes that many projects below ``--work``; a directory as the only argument runs what is there
again. ``--python`` names the interpreter that runs the tests, by default this one. Prints every failure, the number
of tests, and the share of branches that have a test; exits with 1 when anything failed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from campaign_bodies import ASYNC_BODIES, BEFORE_BODIES, BODIES, CHANGE_BODIES, GUARDS, IMPORTS
from campaign_project import MODELS_FIELDS, files, write

from signalgen.errors import SignalgenError
from signalgen.generating import generate, make_plan
from signalgen.index import read_project
from signalgen.spec import read_spec
from signalgen.values.plan import ReceiverTests, RowTests

ROOT = Path(__file__).resolve().parents[1]
LETTERS = {
    "post_save": "S",
    "pre_save": "P",
    "pre_delete": "D",
    "post_delete": "D",
    "m2m_changed": "M",
}
PLAIN = (
    "request_finished",
    "request_started",
    "got_request_exception",
    "setting_changed",
    "connection_created",
    "template_rendered",
    "post_migrate",
    "pre_migrate",
    "class_prepared",
    "post_init",
    "pre_init",
    "shop.events.row_event",
)
USERS = ("user_logged_in", "user_logged_out", "user_login_failed")


class Drawer:
    """Draws handlers for one spec."""

    def __init__(self, seed: int, django: str) -> None:
        self.random = random.Random(seed)  # nothing secret is drawn
        self.django = tuple(map(int, django.split(".")))

    def fill(self, text: str, model: str) -> str | None:
        """Put the model's fields into a body; None when it lacks one of the kinds."""
        fields = MODELS_FIELDS.get(model)
        for kind in re.findall(r"<(\w+)>", text):
            name = kind.removesuffix("field")
            if fields is None or name not in fields.kinds:
                return None
            field = fields.kinds[name]
            if kind == "choice":
                text = text.replace(
                    "if instance.<choice>:", f"if instance.{field} == {fields.choice}:"
                )
                text = (
                    f"instance.{field} == {fields.choice}" if text == "instance.<choice>" else text
                )
            text = text.replace(f"<{kind}>", field)
        return text

    def body(self, letter: str, model: str, *, is_async: bool = False, most: int = 3) -> str:
        """Return one to three statements of the pool that fit."""
        source = ASYNC_BODIES if is_async else BODIES
        pool = [
            text for letters, text in source if letters == "*" or (letter and letter in letters)
        ]
        if not letter:  # these signals are sent when there are no tables as well
            pool = [
                text
                for text in pool
                if not any(word in text for word in ("objects", "atomic", "on_commit", "recount"))
            ]
        out: list[str] = []
        own = [text for letters, text in BODIES if letters != "*" and letter and letter in letters]
        while len(out) < self.random.choice(range(1, most + 1)):
            drawn = self.random.choice(
                own if own and not is_async and self.random.random() < 0.6 else pool
            )
            if (text := self.fill(drawn, model)) is not None:
                out.append(text)
        return "\n".join(out) + "\n"

    def handler(self, number: int) -> dict[str, Any]:
        """Return one handler of any kind."""
        draw = self.random.random()
        name = f"handler_{number}"
        if draw < 0.62:
            out = self.row_handler(name)
        elif draw < 0.76:
            out = self.m2m_handler(name)
        elif draw < 0.85:
            signal = self.random.choice(USERS)
            out = {
                "name": name,
                "signal": signal,
                "body": self.body("U" if signal == "user_logged_in" else "*", ""),
            }
        elif draw < 0.95:
            out = {
                "name": name,
                "signal": self.random.choice(PLAIN),
                "body": self.body("", "", most=2),
            }
        else:
            out = {
                "name": name,
                "signal": "post_delete",
                "body": 'logger.info("%s", instance.pk)\n',
            }
        return self.options(out)

    def row_handler(self, name: str) -> dict[str, Any]:
        """Return a handler of saves or deletions."""
        signal = self.random.choice(
            (
                "post_save",
                "post_save",
                "post_save",
                "pre_save",
                "pre_save",
                "post_delete",
                "pre_delete",
            )
        )
        model = self.random.choice(list(MODELS_FIELDS))
        letter = LETTERS[signal]
        out: dict[str, Any] = {"name": name, "signal": signal, "model": model}
        is_async = signal == "post_save" and self.django >= (5, 0) and self.random.random() < 0.08
        if is_async:
            out["async"] = True
        guards = [text for letters, text in GUARDS if letter in letters]
        if self.random.random() < 0.25 and (guard := self.fill(self.random.choice(guards), model)):
            out["when"] = guard
        keys = self.random.choice(
            ("body", "branches", "branches", "both", "implementation", "changes", "enqueue")
        )
        if letter == "D" or is_async:
            keys = self.random.choice(("body", "implementation", "enqueue"))
        if keys in ("body", "both"):
            out["body"] = self.body(letter, model, is_async=is_async, most=2)
        if keys in ("branches", "both"):
            for key in self.random.choice(
                (("on_create",), ("on_update",), ("on_create", "on_update"))
            ):
                out[key] = self.body(letter, model)
        if keys == "implementation":
            out["implementation"] = self.body(letter, model, is_async=is_async)
            if signal == "pre_save" and (
                text := self.fill(self.random.choice(BEFORE_BODIES), model)
            ):
                out["implementation"] = text + "\n"
        if keys == "changes":
            fields = MODELS_FIELDS[model].changes
            chosen = self.random.sample(fields, self.random.randint(1, len(fields)))
            bodies = [b for b in CHANGE_BODIES if signal == "post_save" or "created" not in b]
            out["on_change"] = {field: self.random.choice(bodies) + "\n" for field in chosen}
        if keys == "enqueue":
            out["enqueue"] = self.enqueue(letter)
        if letter == "S" and self.random.random() < 0.1:
            out["update_fields"] = list(MODELS_FIELDS[model].changes[:2])
        if letter != "P" and not is_async and self.random.random() < 0.15:
            out["after_commit"] = self.body("*", "", most=1).replace("return\n", "pass\n")
        return out

    def enqueue(self, letter: str) -> list[dict[str, Any]]:
        """Return one or two ``enqueue`` entries."""
        places = {"S": ("save", "create", "update"), "P": ("save",), "D": ("delete",)}[letter]
        args = (["str(instance.pk)"], ["instance.pk", "str(instance)"], ["using"], ['"fixed"'])
        return [
            {"task": task, "on": self.random.choice(places), "args": self.random.choice(args)}
            for task in self.random.choice((("refresh",), ("refresh", "announce")))
        ]

    def m2m_handler(self, name: str) -> dict[str, Any]:
        """Return a handler of m2m_changed."""
        model = self.random.choice(
            [name for name, fields in MODELS_FIELDS.items() if fields.m2m and name != "Order"]
        )
        out: dict[str, Any] = {
            "name": name,
            "signal": "m2m_changed",
            "model": model,
            "field": MODELS_FIELDS[model].m2m[0],
        }
        if self.random.random() < 0.3:
            out["body"] = self.body("M", model, most=2)
            return out
        keys = ("on_pre_add", "on_add", "on_pre_remove", "on_remove", "on_pre_clear", "on_clear")
        for key in self.random.sample(keys, self.random.randint(1, 4)):
            out[key] = self.body("M", model, most=2)
        return out

    def options(self, handler: dict[str, Any]) -> dict[str, Any]:
        """Add the keys that every handler may have."""
        if self.random.random() < 0.15:
            handler["on_error"] = "log"
        if self.random.random() < 0.06:
            handler["raw"] = "run"
        if self.random.random() < 0.06:
            handler["defer_tasks"] = False
        if self.random.random() < 0.1:
            handler["dispatch_uid"] = f"shop-{handler['name']}"
        if self.random.random() < 0.05 and handler["signal"] in ("post_save", "pre_save"):
            handler["recursion"] = "guarded"
        if handler["signal"] not in LETTERS:
            for key in ("raw", "recursion"):
                handler.pop(key, None)
        if handler["signal"] in ("pre_delete", "post_delete"):
            handler.pop("raw", None)
        return handler

    def spec(self) -> dict[str, Any]:
        """Return one spec."""
        handlers = [self.handler(number) for number in range(self.random.randint(5, 12))]
        args = {"row": "Product", "amount": "Decimal", "note": "str"}
        receivers = [
            self.options(
                {"name": f"receiver_{n}", "body": self.body("C", "Product", most=2), "signal": ""}
            )
            for n in range(2)
        ]
        for one in receivers:
            del one["signal"]
            if self.random.random() < 0.4:
                one["when"] = self.random.choice(
                    [text for letters, text in GUARDS if letters == "C"]
                )
        send = self.random.choice(
            ("send", "send", "send_robust", *(("asend",) if self.django >= (5, 0) else ()))
        )
        signal = {
            "name": "stock_taken",
            "description": "Stock has gone.",
            "sender": "Product",
            "args": args,
        }
        tasks = [
            {"name": "refresh", "args": ["pk"]},
            {"name": "recount"},
            {"name": "announce", "args": ["pk"]},
        ]
        return {
            "version": 1,
            "app": "shop",
            "imports": list(IMPORTS),
            "celery_tasks": tasks,
            "handlers": handlers,
            "signals": [{**signal, "send": send, "handlers": receivers}],
        }


def make(root: Path, seed: int, django: str) -> Counter[str]:
    """Generate the project of one seed; return what was counted."""
    drawer = Drawer(seed, django)
    shutil.rmtree(root, ignore_errors=True)
    style = "pytest" if seed % 3 == 2 else "unittest"
    write(root, files(style, django, typed=seed % 5 == 4, circular=seed % 7 == 6))
    document = drawer.spec()
    for _ in range(30):
        text = yaml.safe_dump(document, sort_keys=False, width=200)
        (root / "spec.yaml").write_text(text)
        try:
            spec = read_spec(text.encode(), file="spec.yaml", source="spec.yaml")
            project = read_project(root)
            result = generate([spec], project)
            break
        except SignalgenError as error:
            drop(document, error)
    else:
        raise SystemExit(f"seed {seed}: no spec was accepted")
    for file in result.files:
        if file.after is not None and file.action != "unchanged":
            (root / file.path).parent.mkdir(parents=True, exist_ok=True)
            (root / file.path).write_bytes(file.after)
    again = generate([spec], read_project(root))
    counts = Counter(second_run=sum(file.action != "unchanged" for file in again.files))
    return counts + count(make_plan([spec], project, {}))


def drop(document: dict[str, Any], error: SignalgenError) -> None:
    """Take out the handlers that were refused: not every draw makes sense."""
    bad = set()
    for problem in error.problems:
        match = re.search(r"handlers\[(\d+)\]", problem.path or "")
        if match is None or (problem.path or "").startswith("signals"):
            raise error
        bad.add(int(match.group(1)))
        print(f"refused: {problem.message} ({problem.path})", file=sys.stderr)
    document["handlers"] = [
        one for number, one in enumerate(document["handlers"]) if number not in bad
    ]


def count(plan: Any) -> Counter[str]:
    """Count branches, those with a test, and those whose test sees something happen."""
    counts: Counter[str] = Counter()
    for item in plan.apps[0].items:
        if isinstance(item, ReceiverTests):
            runs = [case for case in item.cases if case.kind == "runs"]
            counts["tested"] += len(runs)
            counts["seen"] += sum(bool(case.expectations or case.assertions) for case in runs)
        elif isinstance(item, RowTests):
            counts["row tests"] += len(item.cases)
    missing = [
        int(note.message.split()[0]) for note in plan.notes if note.code == "branch-untested"
    ]
    counts["branches"] = counts["tested"] + sum(missing)
    return counts


def run(python: str, runner: str, projects: list[Path]) -> list[dict[str, Any]]:
    """Run the tests of ``projects``; return one result for each."""
    if not projects:
        return []
    command = [
        python,
        str(ROOT / "scripts" / "run_generated.py"),
        "--runner",
        runner,
        *map(str, projects),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def run_all(python: str, projects: list[Path], workers: int) -> list[dict[str, Any]]:
    """Run every project by its own runner, and every fourth of the unittest ones by pytest as well."""
    pytest = [p for p in projects if 'tests = "pytest"' in (p / "pyproject.toml").read_text()]
    plain = [p for p in projects if p not in pytest]
    jobs = [("unittest", plain[i::workers]) for i in range(workers)]
    jobs += [("pytest", [*pytest, *plain[::4]][i::workers]) for i in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        return [result for part in pool.map(lambda job: run(python, *job), jobs) for result in part]


def lint(projects: list[Path]) -> str:
    """Return what ruff and black find in the generated files of ``projects``."""
    bin_ = Path(sys.executable).parent
    paths = [
        str(path)
        for p in projects
        for path in sorted((p / "shop").rglob("*.py"))
        if path.name not in ("models.py", "services.py", "events.py")
    ]
    rules = [
        "--isolated",
        "--select",
        "E,F,W,I,UP,B,DJ,SIM,C4,PIE,RET",
        "--line-length",
        "88",
        "--output-format",
        "concise",
    ]
    rules += ["--ignore", "UP031,UP032"]  # found in the bodies themselves
    rules += ["--config", 'lint.isort.known-first-party = ["shop", "accounts", "config"]']
    found = subprocess.run(
        [str(bin_ / "ruff"), "check", "-q", *rules, *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    black = subprocess.run(
        [str(bin_ / "black"), "-q", "--check", "--diff", *paths],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout + found.stderr + black.stdout + black.stderr


def report(results: list[dict[str, Any]]) -> int:
    """Print the failures; return how many there are."""
    failures = [
        (r["project"], r["runner"], name, text) for r in results for name, text in r["failed"]
    ]
    bad = [f for f in failures if not f[3].startswith("skipped")]
    for project, runner, name, text in bad:
        print(f"--- {Path(project).name} ({runner}) {name}\n{chr(10).join(text.splitlines()[-7:])}")
    skipped = Counter(text[:90] for *_, text in failures if text.startswith("skipped"))
    for text, times in skipped.most_common():
        print(f"{times} x {text}")
    print(
        f"{len(results)} runs, {sum(r['ran'] for r in results)} tests, {len(bad)} failed, {sum(skipped.values())} skipped"
    )
    return len(bad)


def main() -> int:
    """Make the projects, run them, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", nargs="?", type=Path, help="run these projects again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--django", default="5.2")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--work", type=Path, default=ROOT / ".work" / "generated-tests")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--no-run", action="store_true", help="only generate, count and lint")
    options = parser.parse_args()
    totals: Counter[str] = Counter()
    if options.directory:
        projects = sorted(path.parent for path in options.directory.glob("*/manage.py"))
    else:
        seeds = range(options.seed, options.seed + options.count)
        projects = [options.work / f"{options.django}-{seed}" for seed in seeds]
        for seed, project in zip(seeds, projects, strict=True):
            totals += make(project, seed, options.django)
    found = lint(projects)
    if found:
        print(found[:4000])
    results = [] if options.no_run else run_all(options.python, projects, options.workers)
    failed = report(results)
    if totals:
        share, seen = totals["tested"] / totals["branches"], totals["seen"] / totals["branches"]
        print(
            f"{totals['branches']} branches, {share:.1%} tested, {seen:.1%} with something to see; {totals['row tests']} row tests"
        )
        print(f"{totals['second_run']} files changed by a second run")
    return 1 if failed or found or totals["second_run"] else 0


if __name__ == "__main__":
    sys.exit(main())
