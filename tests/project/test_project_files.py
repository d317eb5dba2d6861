"""Reading single files, finding the root, walking: what is refused, what is skipped."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from project_trees import MANAGE, app, build

from signalgen.errors import UnsafeError
from signalgen.index import read_project
from signalgen.project import find_root, project_of_manage, python_files, read_file


def problem(root, path):
    with pytest.raises(UnsafeError) as caught:
        read_file(root, path)
    (found,) = caught.value.problems
    assert found.file == path
    return found


def test_root_is_the_nearest_folder_with_manage_py(tmp_path):
    build(tmp_path, {"manage.py": "", "a/pyproject.toml": "", "a/b/c.py": ""})
    assert find_root(tmp_path / "a" / "b") == tmp_path
    assert find_root(tmp_path / "a" / "b" / "c.py") == tmp_path


def test_root_without_manage_py_is_the_nearest_pyproject(tmp_path):
    build(tmp_path, {"pyproject.toml": "", "a/pyproject.toml": "", "a/b/c.py": ""})
    assert find_root(tmp_path / "a" / "b") == tmp_path / "a"


OUTER = {"pyproject.toml": "", "src/manage.py": "", "src/shop/apps.py": ""}


@pytest.mark.parametrize(
    ("files", "start"),
    [
        (OUTER, "src/shop"),
        (OUTER, "."),
        ({".git/HEAD": "", "pyproject.toml": "", "backend/manage.py": ""}, "backend"),
        (
            {".git": "gitdir: x", "pyproject.toml": "", "site/manage.py": "", "docs/a.py": ""},
            "site",
        ),
    ],
)
def test_manage_py_one_folder_below_the_pyproject_is_the_same_project(tmp_path, files, start):
    build(tmp_path, files)
    assert find_root(tmp_path / start) == tmp_path
    folder = next(tmp_path.glob("*/manage.py")).parent
    assert project_of_manage(folder) == tmp_path


@pytest.mark.parametrize(
    "files",
    [
        {"src/manage.py": ""},
        {"pyproject.toml": "", "backend/manage.py": ""},
        {**OUTER, "src/pyproject.toml": ""},
        {**OUTER, "src/.signalgen/shop.json": ""},
        {**OUTER, "other/manage.py": ""},
        {**OUTER, "manage.py": ""},
        {".git/HEAD": "", "pyproject.toml": "", "services/shop/manage.py": ""},
    ],
)
def test_elsewhere_the_folder_of_manage_py_is_the_project(tmp_path, files):
    build(tmp_path, files)
    folder = max(
        (path.parent for path in tmp_path.rglob("manage.py")), key=lambda it: len(it.parts)
    )
    folder = tmp_path / "src" if (tmp_path / "src").is_dir() else folder
    assert find_root(folder) == folder
    assert project_of_manage(folder) == folder


def test_no_root(tmp_path):
    (tmp_path / "manage.py").mkdir()
    assert find_root(tmp_path / "nowhere") is None


def test_read_file_gives_bytes_or_none(tmp_path):
    build(tmp_path, {"a/b.py": b"\xef\xbb\xbfx\r\n"})
    assert read_file(tmp_path, "a/b.py") == b"\xef\xbb\xbfx\r\n"
    assert read_file(tmp_path, "a/./b.py") == b"\xef\xbb\xbfx\r\n"
    assert read_file(tmp_path, "a/c.py") is None
    assert read_file(tmp_path, "x/y/z.py") is None


@pytest.mark.parametrize(
    "path", ["../x.py", "a/../../x.py", "/etc/passwd", "", ".", "a\0b", "a/../b.py"]
)
def test_paths_out_of_the_project_are_refused(tmp_path, path):
    assert problem(tmp_path, path).code == "outside-project"


def test_links_are_refused_even_inside_the_project(tmp_path):
    build(tmp_path, {"real.py": "x", "folder/a.py": "y"})
    (tmp_path / "link.py").symlink_to(tmp_path / "real.py")
    (tmp_path / "linked").symlink_to(tmp_path / "folder")
    (tmp_path / "dangling.py").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in ("link.py", "linked/a.py", "linked/new.py", "dangling.py", "loop/x.py"):
        assert problem(tmp_path, path).code == "symlink"


def test_a_project_below_a_link_is_served(tmp_path):
    build(tmp_path / "real", {"a.py": "x"})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert read_file(tmp_path / "link", "a.py") == b"x"
    assert python_files(tmp_path / "link") == ("a.py",)


def test_folder_in_the_way_and_file_in_the_way(tmp_path):
    build(tmp_path, {"a.py/x.txt": "", "b": ""})
    assert problem(tmp_path, "a.py").code == "directory"
    assert problem(tmp_path, "b/c.py").code == "not-a-folder"
    os.mkfifo(tmp_path / "pipe.py")
    assert problem(tmp_path, "pipe.py").code == "not-a-file"


@pytest.fixture
def plain_user():
    """A folder to build in, and the rights of somebody who may not read everything."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        os.seteuid(user)
        for path in folder.rglob("*"):
            path.chmod(0o777)
        shutil.rmtree(folder)


def test_unreadable_file_is_an_unsafe_error(plain_user):
    root = build(plain_user, {"a.py": "x", "locked/b.py": "x"})
    (root / "a.py").chmod(0)
    (root / "locked").chmod(0)
    assert problem(root, "a.py").code == "unreadable"
    assert problem(root, "locked/b.py").code == "unreadable"


def test_walk_skips_what_is_not_the_project(tmp_path):
    build(
        tmp_path,
        {
            "a.py": "",
            "pkg/__init__.py": "",
            "build/lib/a.py": "",
            "pkg/build/__init__.py": "",
            "node_modules/x/a.py": "",
            ".hidden/a.py": "",
            "pkg/__pycache__/a.py": "",
            "myenv/pyvenv.cfg": "",
            "myenv/lib/a.py": "",
            "nested/project/anyname/pyvenv.cfg": "",
            "nested/project/anyname/lib/a.py": "",
            "nested/project/manage.py": "",
            "x.egg-info/a.py": "",
            "notes.txt": "",
        },
    )
    assert python_files(tmp_path) == (
        "a.py",
        "nested/project/manage.py",
        "pkg/__init__.py",
        "pkg/build/__init__.py",
    )


def test_walk_follows_no_links(tmp_path):
    build(tmp_path / "outside", {"secret.py": ""})
    root = build(tmp_path / "root", {"a/b.py": ""})
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "a" / "loop").symlink_to(root)
    (root / "c.py").symlink_to(tmp_path / "outside" / "secret.py")
    assert python_files(root) == ("a/b.py",)


def test_no_module_of_the_project_is_ever_imported(tmp_path):
    marker = tmp_path / "marker"
    bomb = f"open({str(marker)!r}, 'w')\nraise SystemExit('imported')\n"
    tree = {
        "manage.py": bomb + MANAGE,
        "config/__init__.py": bomb,
        "config/settings.py": bomb + 'INSTALLED_APPS = ["orders"]\n',
        "conftest.py": bomb,
        "setup.py": bomb,
        "sitecustomize.py": bomb,
        **app(
            "orders",
            "from django.db import models\nclass Order(models.Model):\n    name = models.CharField()\n",
        ),
    }
    tree = {
        path: bomb + text if path.startswith("orders/") else text for path, text in tree.items()
    }
    build(tmp_path / "p", tree)
    project = read_project(tmp_path / "p")
    assert not marker.exists()
    assert project.app("orders").model("Order").field("name")
    assert project.app("orders").installed is True


@pytest.mark.parametrize(
    "files",
    [
        {},
        {
            "manage.py": "def (:\n",
            "orders/apps.py": "class :\n",
            "orders/models.py": "class A(models.Model:\n x = = 1\n",
        },
        {
            "{{cookiecutter.slug}}/{{cookiecutter.slug}}/users/apps.py": "class {{ x }}Config(AppConfig):\n    name = 1\n"
        },
        {"pyproject.toml": "{% if x %}[project\n", "setup.cfg": "{{ x }}\n", "uv.lock": "???"},
        {
            "pyproject.toml": 'tool = 1\nproject = ["a"]\n',
            "Pipfile.lock": "[1, 2]",
            "Pipfile": "packages = 3",
        },
        {
            "orders/models.py": b"# coding: klingon\nclass A(Model): pass\n",
            "a.py": b"\xff\xfe\0",
            "b.py": b"",
        },
        {
            "a/__init__.py": "from .b import *",
            "a/b.py": "from . import *\nclass X(X): pass\nclass Y(Z): pass\nclass Z(Y): pass",
        },
        {
            "orders/models.py": "from .models import A\nclass B(A): pass\nclass A(B): x = F()\n",
            "orders/apps.py": "class A(A): pass",
        },
        {
            "settings.py": "from .settings import *\nfrom settings import *\nINSTALLED_APPS = X + INSTALLED_APPS\n"
        },
        {"pyproject.toml/x.py": "", "manage.py/y.py": ""},
        {
            "manage.py": "import sys\nsys.path.insert(0, '../../..')\nsys.path.append('')\nsys.path.extend(['x', '/'])\n"
        },
    ],
)
def test_any_tree_is_served(tmp_path, files):
    build(tmp_path, files)
    project = read_project(tmp_path)
    assert project.root == str(tmp_path)
    assert (
        read_project(tmp_path, apps=["orders", "no such app", "", "a.b"]).import_roots
        == project.import_roots
    )


@pytest.mark.parametrize("closed", ["orders", "orders/signals"])
def test_a_closed_folder_of_the_app_that_is_asked_for_is_refused(closed, plain_user):
    """Its app was not found, and what is new to us may not be new at all."""
    files = {
        "manage.py": MANAGE,
        **app("orders", "x = 1\n"),
        "orders/signals/__init__.py": "",
        "other/a.py": "",
    }
    root = build(plain_user, files)
    (root / closed).chmod(0)
    try:
        with pytest.raises(UnsafeError) as caught:
            read_project(root, apps=["orders"])
        assert read_project(root, apps=["other"]).modules
    finally:
        (root / closed).chmod(0o755)
    assert [(p.code, p.file) for p in caught.value.problems] == [("unreadable", closed)]


def test_unreadable_files_and_folders_count_as_empty(plain_user):
    root = build(
        plain_user,
        {
            "manage.py": MANAGE,
            **app("orders", "x = 1\n"),
            "locked/a.py": "",
            "pyproject.toml": "[tool.x]\n",
        },
    )
    for path in ("orders/models.py", "pyproject.toml", "locked"):
        (root / path).chmod(0)
    assert [a.name for a in read_project(root).apps] == ["orders"]


def test_overlay_counts_instead_of_the_disk(tmp_path):
    build(tmp_path, {"manage.py": MANAGE, **app("orders")})
    model = b"from django.db import models\nclass Order(models.Model): pass\n"
    assert read_project(tmp_path).app("orders").models == ()
    laid = read_project(
        tmp_path, overlay={"orders/models.py": model, "shop/apps.py": b"", "orders/apps.py": None}
    )
    assert [m.name for m in laid.app("orders").models] == ["Order"]
    assert laid.app("orders").config is None
    assert laid.app("shop")
    assert "orders.apps" not in laid.modules
