"""Which Pythons and Djangos there are is said in several places, and each says the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts"))
import debian_pythons
from matrix import BETWEEN, DJANGOS, PROJECTS_ONLY, PYTHONS, WHOLE, constraints

PROJECT = (ROOT / "pyproject.toml").read_text()
KEY = "/usr/share/keyrings/debian.gpg"


def test_the_classifiers_are_what_the_matrix_runs():
    for python in PYTHONS:
        named = f'"Programming Language :: Python :: {python}"' in PROJECT
        assert named is (python not in PROJECTS_ONLY)
    for django in DJANGOS:
        assert f'"Framework :: Django :: {django}"' in PROJECT


def test_every_python_and_every_django_has_a_pair_that_is_whole():
    pythons = {python for python, _ in WHOLE}
    assert (pythons | {*PROJECTS_ONLY}, {django for _, django in WHOLE}) == ({*PYTHONS}, {*DJANGOS})
    assert not {*WHOLE} & {*BETWEEN}


@pytest.mark.parametrize(
    ("python", "django"), [(python, django) for django in DJANGOS for python in DJANGOS[django]]
)
def test_every_pair_is_constrained_to_one_release_of_each_package(python: str, django: str):
    pins = [line.split("==") for line in constraints(python, django).splitlines()]
    names = [name for name, _ in pins]
    assert len(names) == len({*names})
    assert dict(pins)["django"].startswith(f"{django}.")
    assert {"pytest", "tree-sitter", "celery", "uv", "hatchling"} <= {*names}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("sources.list", "deb http://a/debian trixie main\n", "deb http://a/debian sid main\n"),
        (
            "sources.list",
            f"# deb http://b/debian x main\ndeb [arch=amd64 signed-by={KEY}] http://a/debian/ x contrib main\n",
            f"deb [signed-by={KEY}] http://a/debian sid main\n",
        ),
        (
            "sources.list.d/debian.sources",
            (
                "Types: deb\nURIs: http://b/pub/apt\nSuites: x\nComponents: main\n\nTypes: deb\n"
                f"URIs: http://a/debian/\nSuites: x x-updates\nComponents: main\nSigned-By: {KEY}\n"
            ),
            f"deb [signed-by={KEY}] http://a/debian sid main\n",
        ),
    ],
)
def test_the_mirror_is_the_machines_own(tmp_path, monkeypatch, name, text, expected):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / name).write_text(text)
    monkeypatch.setattr(debian_pythons, "ETC", tmp_path)
    assert debian_pythons.source() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "deb http://a/ubuntu noble main\n",
        "deb http://a/debian-security x-security main\n",
        "deb https://a/linux/debian x stable\n",
    ],
)
def test_a_machine_without_a_debian_mirror_is_told_so(tmp_path, monkeypatch, text):
    (tmp_path / "sources.list").write_text(text)
    monkeypatch.setattr(debian_pythons, "ETC", tmp_path)
    with pytest.raises(debian_pythons.NotToBeHadError, match="no Debian mirror"):
        debian_pythons.source()
