"""The functions that make rows for generated tests: their text, and that each of them makes rows."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

import forks
import pytest
import zoo

from signalgen.index import read_project
from signalgen.plan.context import Context, Targets
from signalgen.spec import read_spec
from signalgen.testplan.rows.makers import maker_of, value_of, with_needs
from signalgen.testplan.rows.relations import contrib_model, walk_path

ROOT = Path(__file__).resolve().parents[2]
_APART = {"heard", "neighbours", "tenants"}
"""Have packages that are not installed here."""
PROJECTS = sorted(
    path.name
    for path in (ROOT / "tests/projects").iterdir()
    if path.is_dir() and path.name not in _APART
)
SHAPES = ("flat app", "tests package", "tests.py", "soft delete, models package")
"""Shapes of the campaign: one for each of its domains."""
NEVER = {"zoo": zoo.NEVER, **dict.fromkeys(SHAPES, {"Base"})}
"""Models of which no row can be made, by project."""
REFUSED = {"warehouse": {"make_parcel"}}
"""Makers whose rows the model refuses: its ``save()`` wants what no field tells."""

PREPARING = '''from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.db import transaction
from django.dispatch import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
{imports}

@contextmanager
def preparing() -> Iterator[None]:
    """Stand in for the helper of generated tests."""
    with transaction.atomic(), mock.patch.object(Signal, "send", return_value=[]):
        yield
'''

RUN = """
import importlib, json, os, re, sys
from pathlib import Path
text = Path("manage.py").read_text()
sys.path[:0] = [".", "src", "apps"]
os.environ["DJANGO_SETTINGS_MODULE"] = re.search(r"DJANGO_SETTINGS_MODULE.*?[\\"']([\\w.]+)[\\"']", text)[1]
import django
django.setup()
from django.db import transaction
from django.test.utils import setup_databases
setup_databases(verbosity=0, interactive=False)
wrong = {}
for module, names in json.load(open("makers.json")).items():
    made = importlib.import_module(module)
    for name, label in names:
        try:
            with transaction.atomic():
                first, second = getattr(made, name)(), getattr(made, name)()
                assert first._meta.label == label, first._meta.label
                assert first.pk != second.pk
                assert type(first)._base_manager.filter(pk__in=[first.pk, second.pk]).count() == 2
                transaction.set_rollback(True)
        except Exception as error:
            wrong[f"{module}.{name}"] = repr(error)
print(json.dumps(wrong))
"""


def context(project, app, *, typed=False) -> Context:
    """Return the context of a spec of ``app``."""
    text = f"version: 1\napp: {app.name}\nhandlers: [{{name: h, signal: request_finished, body: pass}}]"
    spec = read_spec(text.encode(), file="s", source="s")
    return Context(spec, (spec,), project, app, Targets(*[("", "")] * 6), None, typed=typed)


def write(root: Path, files) -> None:
    """Write ``files`` below ``root``."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def campaign_files(shape):
    """Return the files of one of the campaign's projects."""
    name = "campaign_shapes"
    found = importlib.util.spec_from_file_location(name, ROOT / "scripts/campaign/shapes.py")
    module = sys.modules[name] = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.files(next(one for one in module.SHAPES if one.name == shape))


def write_makers(root: Path, *, typed: bool = False):
    """Write a module of makers for each app; return (name, label) of the makers by module, and the models without."""
    project = read_project(root)
    written, never = {}, set()
    for app in project.apps:
        ctx = context(project, app, typed=typed)
        found = [(model, maker_of(ctx, model)) for model in app.models]
        never |= {model.name for model, maker in found if maker is None}
        makers = with_needs(maker for _, maker in found if maker is not None)
        lines = sorted(
            {need.line for maker in makers for need in maker.imports if need.name != "Any"}
        )
        head = PREPARING.replace("{imports}", "\n".join(lines))
        text = "\n\n".join([head, *(maker.code for maker in makers)])
        module = f"makers_of_{app.label}"
        (root / f"{module}.py").write_text(text)
        written[module] = [(maker.name, maker.model.label) for maker in makers]
    (root / "makers.json").write_text(json.dumps(written))
    return written, never


def run(root: Path, *command: str) -> str:
    """Run a Python command in ``root`` and return what it printed."""
    kept = {
        key: text
        for key, text in os.environ.items()
        if not key.startswith(("DJANGO_", "PYTEST_", "COV_"))
    }
    done = forks.run([*command], root, kept)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def made_zoo(tmp_path):
    """Return the folder of the zoo."""
    write(tmp_path, zoo.FILES)
    return tmp_path


@pytest.mark.parametrize("name", [*PROJECTS, *SHAPES, "zoo"])
def test_every_maker_makes_rows(name, tmp_path):
    root = tmp_path / name
    if name in PROJECTS:
        shutil.copytree(ROOT / "tests/projects" / name, root)
    else:
        write(root, zoo.FILES if name == "zoo" else campaign_files(name))
    written, never = write_makers(root)
    assert any(written.values())
    assert never == NEVER.get(name, set())
    wrong = json.loads(run(root, "-c", RUN).splitlines()[-1])
    assert {name.partition(".")[2] for name in wrong} == REFUSED.get(name, set()), wrong


@pytest.mark.slow
def test_typed_makers_leave_nothing_to_doubt(made_zoo):
    pytest.importorskip("mypy_django_plugin", reason="django-stubs is not installed")
    factory = "import factory\nfrom library.models import Shelf\n\n\nclass ShelfFactory(factory.django.DjangoModelFactory[Shelf]):\n    class Meta:\n        model = Shelf\n"
    (made_zoo / "library/factories.py").write_text(factory)
    config = '[tool.mypy]\nplugins = ["mypy_django_plugin.main"]\n[tool.django-stubs]\ndjango_settings_module = "settings"\n'
    (made_zoo / "pyproject.toml").write_text(config)
    written, _ = write_makers(made_zoo, typed=True)
    files = [f"{module}.py" for module in written]
    run(made_zoo, "-m", "ruff", "format", "--isolated", "--no-cache", *files)
    rules = ["E,F,W,UP,B,DJ,SIM,C4,PIE,RET,ANN,FBT,SLF,S,ARG,PL,RUF", "--ignore", "ANN401"]
    run(made_zoo, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", *rules, *files)
    run(
        made_zoo,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports",
        "silent",
        "--cache-dir",
        "/dev/null",
        *files,
    )


@pytest.fixture
def shop(tmp_path):
    """Return the context of the app ``shop`` with these models, further files and habits."""

    def make(models: str, *, typed: bool = False, **files: str) -> Context:
        head = "from django.conf import settings\nfrom django.db import models\n"
        written = {"manage.py": "", "shop/__init__.py": "", "shop/models.py": head + models}
        write(
            tmp_path,
            written | {name.replace("__", "/") + ".py": text for name, text in files.items()},
        )
        project = read_project(tmp_path)
        return context(project, project.app("shop"), typed=typed)

    return make


def body(ctx: Context, name: str) -> list[str] | None:
    """Return the lines inside ``preparing()`` of the maker of a model of the app, None without maker."""
    maker = maker_of(ctx, ctx.app.model(name))
    return None if maker is None else [line.strip() for line in maker.code.splitlines()[3:]]


def test_the_text_of_a_maker(shop):
    ctx = shop("class Shelf(models.Model):\n    n = models.IntegerField()\n")
    maker = maker_of(ctx, ctx.app.model("Shelf"))
    assert maker.name == "make_shelf"
    assert maker.code == (
        "def make_shelf(**values):\n"
        '    """Save a row of Shelf; add here what else it needs."""\n'
        "    with preparing():\n"
        '        return Shelf.objects.create(**{"n": 1, **values})\n'
    )
    assert [need.line for need in maker.imports] == ["from shop.models import Shelf"]


def test_a_typed_maker(shop):
    ctx = shop("class Shelf(models.Model):\n    pass\n", typed=True)
    maker = maker_of(ctx, ctx.app.model("Shelf"))
    assert maker.code.startswith("def make_shelf(**values: Any) -> Shelf:\n")
    assert "from typing import Any" in [need.line for need in maker.imports]


LINES = {
    "nothing required": ("n = models.CharField(blank=True)", "**values"),
    "a default": ("n = models.IntegerField(default=3)", "**values"),
    "null": ("n = models.IntegerField(null=True)", "**values"),
    "a short text": ("n = models.CharField(max_length=2)", '**{"n": "te", **values}'),
    "a unique text": (
        "n = models.CharField(max_length=9, unique=True)",
        '**{"n": uuid4().hex[:9], **values}',
    ),
    "a unique text that may be empty": (
        "n = models.SlugField(unique=True, blank=True)",
        '**{"n": uuid4().hex, **values}',
    ),
    "a unique text that may be null": (
        "n = models.SlugField(unique=True, blank=True, null=True)",
        "**values",
    ),
    "a choice": ("n = models.CharField(choices=[('x', 'X')])", '**{"n": "x", **values}'),
    "an unknown field that is not required": ("n = ColourField(null=True)", "**values"),
    "a field class of its own": ("n = Own()", '**{"n": 1, **values}'),
}


@pytest.mark.parametrize(("field", "given"), LINES.values(), ids=LINES)
def test_what_a_row_is_made_of(shop, field, given):
    ctx = shop(f"class Own(models.IntegerField):\n    pass\nclass M(models.Model):\n    {field}\n")
    assert body(ctx, "M") == [f"return M.objects.create({given})"]


NONE = {
    "a field of a package that is unknown": "n = ColourField()",
    "a model that is not there": 'up = models.ForeignKey("other.Thing", models.CASCADE)',
    "a parent of itself": 'up = models.ForeignKey("self", models.CASCADE)',
    "no table": "class Meta:\n        managed = False",
    "abstract": "class Meta:\n        abstract = True",
}


@pytest.mark.parametrize("field", NONE.values(), ids=NONE)
def test_no_row_where_nobody_can_tell_how(shop, field):
    assert body(shop(f"class M(models.Model):\n    {field}\n"), "M") is None


def test_parents_are_made_where_none_is_given(shop):
    parent = "class Shelf(models.Model):\n    pass\n"
    ctx = shop(
        f"{parent}class M(models.Model):\n    shelf = models.ForeignKey(Shelf, models.CASCADE)\n"
    )
    maker = maker_of(ctx, ctx.app.model("M"))
    assert body(ctx, "M") == [
        'fields = {"shelf": values.get("shelf") or make_shelf(), **values}',
        "return M.objects.create(**fields)",
    ]
    assert [one.name for one in maker.needs] == ["make_shelf"]
    assert [one.name for one in with_needs([maker, *maker.needs])] == ["make_shelf", "make_m"]


def test_the_stock_user(shop):
    ctx = shop(
        "class M(models.Model):\n    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)\n"
    )
    user = maker_of(ctx, ctx.app.model("M")).needs[0]
    assert user.name == "make_user"
    assert "get_user_model().objects.create_user(" in user.code


SWAPPABLE = {
    "users that another model replaces": ("AbstractBaseUser", None),
    "what settings may replace": ("models.Model", ["return M.objects.create(**values)"]),
}


@pytest.mark.parametrize(("base", "lines"), SWAPPABLE.values(), ids=SWAPPABLE)
def test_models_that_can_be_swapped(shop, base, lines):
    head = "from django.contrib.auth.base_user import AbstractBaseUser\n"
    ctx = shop(f"{head}class M({base}):\n    class Meta:\n        swappable = 'X'\n")
    assert body(ctx, "M") == lines


def test_a_factory_is_used(shop):
    factory = "import factory\nfrom shop.models import M\nclass MFactory(factory.django.DjangoModelFactory):\n    class Meta:\n        model = M\n"
    ctx = shop("class M(models.Model):\n    n = ColourField()\n", shop__factories=factory)
    assert body(ctx, "M") == ["return MFactory.create(**values)"]
    typed = context(ctx.project, ctx.app, typed=True)
    assert body(typed, "M") == ["m: M = MFactory.create(**values)", "return m"]


def test_an_abstract_factory_is_not_used(shop):
    factory = "import factory\nfrom shop.models import M\nclass MFactory(factory.django.DjangoModelFactory):\n    class Meta:\n        model = M\n        abstract = True\n"
    assert (
        body(shop("class M(models.Model):\n    n = ColourField()\n", shop__factories=factory), "M")
        is None
    )


def test_a_factory_has_the_model_of_its_base(shop):
    factory = (
        "import factory\nfrom shop.models import M\n"
        "class Base(factory.django.DjangoModelFactory):\n"
        "    class Meta:\n        model = M\n        abstract = True\n"
        "class MFactory(Base):\n    pass\n"
    )
    ctx = shop("class M(models.Model):\n    n = ColourField()\n", shop__factories=factory)
    assert body(ctx, "M") == ["return MFactory.create(**values)"]


def test_what_a_factory_may_leave_out_is_given(shop):
    factory = "import factory\nfrom shop.models import M\nclass MFactory(factory.django.DjangoModelFactory):\n    class Meta:\n        model = M\n"
    models = "class M(models.Model):\n    slug = models.SlugField(unique=True, blank=True)\n"
    assert body(shop(models, shop__factories=factory), "M") == [
        'return MFactory.create(**{"slug": uuid4().hex, **values})'
    ]


def test_models_of_one_name_have_makers_of_their_own(shop):
    both = "class M(models.Model):\n    other = models.ForeignKey('depot.M', models.CASCADE)\n"
    other = "from django.db import models\nclass M(models.Model):\n    pass\n"
    ctx = shop(both, depot____init__="", depot__models=other)
    maker = maker_of(ctx, ctx.app.model("M"))
    assert [one.name for one in with_needs([maker])] == ["make_depot_m", "make_m"]
    assert "return DepotM.objects.create(**values)" in maker.needs[0].code
    assert [need.line for need in maker.needs[0].imports] == [
        "from depot.models import M as DepotM"
    ]


def test_a_base_that_cannot_be_read_is_left_to_the_run(shop):
    ctx = shop(
        "from elsewhere import BaseModel\nclass M(BaseModel):\n    n = models.IntegerField()\n"
    )
    assert body(ctx, "M") == ['return M.objects.create(**{"n": 1, **values})']


def test_a_cycle_has_no_rows_wherever_it_is_entered(made_zoo):
    project = read_project(made_zoo)
    app = project.app("zoo")
    for name in ("Left", "Right", "Below"):
        assert maker_of(context(project, app), app.model(name)) is None


CHANGES = {
    "a text": ("models.CharField(max_length=9)", '"other"'),
    "a text whose default that is": ('models.CharField(default="other")', '"another"'),
    "a number": ("models.IntegerField()", "2"),
    "a number whose default that is": ("models.IntegerField(default=2)", "3"),
    "true by default": ("models.BooleanField(default=True)", "False"),
    "false by default": ("models.BooleanField(default=False)", "True"),
    "required": ("models.BooleanField()", "False"),
    "null": ("models.BooleanField(null=True)", "True"),
    "a choice": ("models.CharField(choices=Kind.choices)", '"b"'),
    "a choice with a default": ("models.CharField(choices=Kind.choices, default=Kind.B)", '"a"'),
    "a choice with the default's value": (
        "models.CharField(choices=Kind.choices, default='b')",
        '"a"',
    ),
    "unique": ("models.SlugField(unique=True)", "uuid4().hex"),
    "a parent": ("models.ForeignKey('self', models.CASCADE, null=True)", "make_m()"),
    "set by Django": ("models.DateTimeField(auto_now=True)", None),
    "the key": ("models.CharField(primary_key=True)", None),
    "unknown": ("ColourField()", None),
    "one choice only": ("models.CharField(choices=[('a', 'A')])", None),
}


@pytest.mark.parametrize(("field", "code"), CHANGES.values(), ids=CHANGES)
def test_another_value_for_a_change(shop, field, code):
    kinds = "class Kind(models.TextChoices):\n    A = 'a'\n    B = 'b'\n"
    ctx = shop(f"{kinds}class M(models.Model):\n    f = {field}\n")
    model = ctx.app.model("M")
    value = value_of(ctx, model, model.field("f"), other=True)
    assert (value.code if value is not None else None) == code


PATHS = {
    "a field": ("Important", "why", "plain:"),
    "a field of a parent": ("Important", "owner.email", "fk:User plain:"),
    "the column": ("Tag", "owner_id", "plain:"),
    "the key": ("Tag", "pk", "plain:"),
    "back": ("User", "tags", "reverse_fk:Tag"),
    "no further without a row": ("User", "tags.code", "reverse_fk:Tag unknown:"),
    "to one row and on": ("Labelled", "tag.owner.born", "fk:Tag fk:User plain:"),
    "back from a one-to-one": ("Shelf", "labelled.tag", "reverse_one_to_one:Labelled fk:Tag"),
    "by the name that a class gives": ("Tag", "labelled_rows", "reverse_fk:Labelled"),
    "from the child of a target": ("Important", "labelled_rows", "reverse_fk:Labelled"),
    "many to many": ("Labelled", "groups", "m2m:Group"),
    "back from many": ("Group", "labelled", "reverse_m2m:Labelled"),
    "hidden": ("LibraryTag", "tag_set", "unknown:"),
    "by the default name": ("LibraryTag", "labelled_set", "reverse_fk:Labelled"),
    "not from the child of a model": ("Shelf", "special_set", "unknown:"),
    "from the model itself": ("Shelf", "general_set", "reverse_fk:General"),
    "a property": ("Labelled", "title.x", "attribute: unknown:"),
    "a method": ("User", "get_username", "method:"),
    "a generic key": ("Comment", "content_object", "generic:"),
    "a choice in words": ("Checked", "get_colour_display", "method:"),
    "no choice": ("Checked", "get_name_display", "unknown:"),
    "nothing": ("Tag", "nonsense.more", "unknown: unknown:"),
}


@pytest.mark.parametrize(("start", "path", "found"), PATHS.values(), ids=PATHS)
def test_where_attributes_lead(made_zoo, start, path, found):
    project = read_project(made_zoo)
    ctx = context(project, project.app("zoo"))
    models = {
        model.name: model for app in project.apps if app.label != "library" for model in app.models
    }
    models |= {
        "LibraryTag": project.app("library").model("Tag"),
        "Shelf": project.app("library").model("Shelf"),
    }
    models["Group"] = contrib_model("auth.Group")
    steps = walk_path(ctx, models[start], path.split("."))
    assert (
        " ".join(f"{step.kind}:{step.model.name if step.model else ''}" for step in steps) == found
    )
