"""Twice the handlers take about twice the work, counted in calls, also if the code already exists."""

from __future__ import annotations

import pytest
from bounds_kit import PROJECT, project
from growth_kit import growth

from signalgen.__main__ import main
from signalgen.testplan.terms import names

HANDLER = "  - {{name: note_{0}, model: Order, signal: post_save, body: 'print(instance, {0})'}}\n"


@pytest.mark.parametrize("count", [20, 80])
def test_a_handler_asks_what_its_own_names_mean(tmp_path, monkeypatch, count):
    """Not what all names of the module mean: that is the square of the handlers."""
    root = project(
        tmp_path / "p",
        {
            "pyproject.toml": "[tool.signalgen]\nformatter = 'none'\ntests = 'unittest'\n",
            "spec.yaml": "app: orders\nhandlers:\n"
            + "".join(HANDLER.format(n) for n in range(count)),
        },
    )
    monkeypatch.chdir(root)
    assert main(["new", "--spec", "spec.yaml", "-q"]) == 0
    asked: list[str] = []
    really = names._meaning

    def counted(*args):
        asked.append(args[2])
        return really(*args)

    monkeypatch.setattr(names, "_meaning", counted)
    assert main(["new", "--spec", "spec.yaml", "-q"]) == 0
    assert len(asked) <= 10 * count


def handlers(count: int) -> dict[str, str]:
    """Return a spec of as many handlers, that each queue a task and watch a field."""
    one = (
        "  - name: note_{n}\n    model: Order\n    signal: post_save\n    enqueue: task_{n}\n"
        "    on_change:\n      name: |\n        print(instance, {n})\n"
    )
    made = "".join(one.format(n=n) for n in range(count))
    return {"spec.yaml": f"app: orders\nhandlers:\n{made}"}


def target(count: int) -> dict[str, str]:
    """Return a receivers' module with as many functions, to which one handler is added."""
    made = "".join(f"def f{n}(x):\n    return x + {n}\n\n\n" for n in range(count))
    return {"orders/signals.py": made}


def models(count: int) -> dict[str, str]:
    """Return as many models, and a handler of each."""
    model = "\n\nclass M{n}(models.Model):\n    name = models.CharField(max_length=9)\n"
    made = "".join(model.format(n=n) for n in range(count))
    spec = "".join(HANDLER.format(n).replace("Order", f"M{n}") for n in range(count))
    return {
        "orders/models.py": PROJECT["orders/models.py"] + made,
        "spec.yaml": f"app: orders\nhandlers:\n{spec}",
    }


NEW, REMOVE = ("new", "--spec", "spec.yaml"), ("remove", "--spec", "spec.yaml")


@pytest.mark.parametrize("files", [handlers, target, models])
@pytest.mark.parametrize(
    "commands", [(NEW,), (NEW, NEW), (NEW, REMOVE)], ids=["new", "again", "remove"]
)
def test_twice_as_much_takes_twice_the_work(tmp_path, commands, files):
    assert growth(tmp_path, files, 8, *commands) < 2.2
