"""Imports of a spec that the project cannot serve: generated code that has them would stop its start."""

from __future__ import annotations

import pytest
from generate_kit import build, run

SPEC = "imports: [{}]\nhandlers: [{{name: a, model: Order, signal: post_save, body: tell(instance)}}]\n"


def problems(made):
    return [(p.code, p.line, p.message) for p in made.problems]


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("from shop.mail import tell", "shop.mail"),
        ("from .mail import tell", "shop.mail"),
        ("from crm.tests.kit import tell", "crm.tests.kit"),
    ],
)
def test_a_module_that_is_not_there_is_an_error(line, module, tmp_path):
    found = run(build(tmp_path, {"crm/tests/__init__.py": ""}), SPEC.format(line))
    assert problems(found) == [("unknown-module", 2, f"there is no module {module}")]


def test_a_slip_of_the_pen_is_recognised(tmp_path):
    files = {"shop/mailing.py": "def tell(row): ...\n"}
    (problem,) = run(build(tmp_path, files), SPEC.format("from shop.maling import tell")).problems
    assert problem.hint == "did you mean 'mailing'?"


def test_what_a_recipe_calls_is_looked_for_as_well(tmp_path):
    spec = "recipes:\n  - recipe: notify\n    model: Order\n    call: shop.mail.tell\n"
    (problem,) = run(build(tmp_path), spec).problems
    assert (problem.code, problem.line, problem.column, problem.path) == (
        "unknown-module",
        5,
        11,
        "recipes[0].call",
    )


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("from shop.mail import tell", {"shop/mail.py": "def tell(row): ...\n"}),
        ("from shop.mail import tell", {"shop/mail/__init__.py": "def tell(row): ...\n"}),
        ("from shop import tell", {"shop/__init__.py": "def tell(row): ...\n"}),
        ("from .mail import tell", {"shop/mail.py": "def tell(row): ...\n"}),
        ("from mailing.api import tell", {}),
        ("from shop.tasks import tell", {}),
        ("from parts.mail import tell", {"parts/other.py": ""}),
    ],
    ids=[
        "module",
        "package",
        "name of the package",
        "relative",
        "installed",
        "written by this run",
        "no __init__",
    ],
)
def test_what_may_be_there_is_no_error(line, files, tmp_path):
    assert "unknown-module" not in {
        p.code for p in run(build(tmp_path, files), SPEC.format(line)).problems
    }


def test_an_app_that_is_only_planned_has_no_modules_yet(tmp_path):
    spec = SPEC.format("from booking.mail import tell").replace("Order", "Booking")
    assert problems(run(build(tmp_path), "app: booking\n" + spec)) == []
