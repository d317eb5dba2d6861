"""mypy's settings decide whether new code is typed, where they ask for annotations."""

from __future__ import annotations

import pytest

from signalgen.index import read_project

TOML = "[tool.mypy]\n{0}\n"
INI = "[mypy]\n{0}\n"
PART = "[[tool.mypy.overrides]]\nmodule = {0}\n{1}\n"


def typed(root, files: dict[str, str]) -> bool:
    base = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": "", "shop/apps.py": ""}
    for path, text in {**base, **files}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    return read_project(root, apps=["shop"]).app("shop").typed


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": TOML.format("strict = true")},
        {"pyproject.toml": TOML.format("disallow_untyped_defs = true\nstrict = false")},
        {
            "pyproject.toml": TOML.format("")
            + PART.format('["crm.*", "shop.*"]', "disallow_untyped_defs = true")
        },
        {"mypy.ini": INI.format("strict = True")},
        {".mypy.ini": INI.format("disallow_untyped_defs = yes")},
        {"setup.cfg": INI.format("strict = True")},
        {"mypy.ini": INI.format("") + "[mypy-shop.*]\ndisallow_untyped_defs = True\n"},
        {
            "mypy.ini": INI.format("strict = True")
            + "[mypy-shop.migrations.*]\nignore_errors = True\n"
        },
    ],
)
def test_types_that_mypy_asks_for(files, tmp_path):
    assert typed(tmp_path, files)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": TOML.format("strict = false")},
        {"pyproject.toml": TOML.format("strict = true\ndisallow_untyped_defs = false")},
        {
            "pyproject.toml": TOML.format("strict = true")
            + PART.format('"shop.*"', "ignore_errors = true")
        },
        {
            "pyproject.toml": TOML.format("strict = true")
            + PART.format('"shop.*"', "disallow_untyped_defs = false")
        },
        {
            "pyproject.toml": TOML.format("")
            + PART.format('"crm.*"', "disallow_untyped_defs = true")
        },
        {"mypy.ini": INI.format("strict = False"), "pyproject.toml": TOML.format("strict = true")},
        {"mypy.ini": INI.format("strict = True") + "[mypy-shop.*]\nignore_errors = True\n"},
        {"setup.cfg": "[flake8]\nstrict = True\n"},
    ],
)
def test_types_that_nobody_asks_for(files, tmp_path):
    assert not typed(tmp_path, files)
