"""What `check` sees of a project, `new` knows: registrations, models and tasks are read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from generate_kit import MODELS, build, python, run

from signalgen.facts.tasks import OTHER
from signalgen.index import build_index, project_view
from signalgen.index.models.shapes import models_in
from signalgen.index.tasks import task_library
from signalgen.project.survey import survey_project

PROJECTS = Path(__file__).resolve().parents[1] / "projects"
SAVED = """
imports: [from crm.tasks import push]
handlers:
  - {name: saved, model: Order, signal: post_save, on_create: "push.delay(instance.pk, 'x')"}
"""
OWN = """
from django.db.models.signals import post_save


def on_saved(sender):
    def wrap(function):
        post_save.connect(function, sender=sender, weak=False)
        return function

    return wrap
"""
LISTENER = """
from crm.decorators import on_saved
from shop.models import Order


@on_saved(Order)
def told(sender, instance, **kwargs):
    raise ValueError
"""
ABSTRACT = "class AbstractTopic(models.Model):\n    class Meta:\n        abstract = True\n"


@pytest.mark.parametrize(
    "name", sorted(path.name for path in PROJECTS.iterdir() if (path / "manage.py").is_file())
)
def test_both_halves_see_the_same(name: str):
    index = build_index(survey_project(PROJECTS / name))
    project = project_view(index)
    connected = {(item.path, item.signals, item.senders) for item in index.connections}
    assert {(r.path, r.signals, r.senders) for r in project.registrations} == connected
    for app in project.apps:
        for model in app.models:
            info = index.models.get(f"{model.module}.{model.name}")
            assert info is not None
            assert (info.label, info.fields) == (model.label, model.fields)
        for task in app.tasks:
            (node,) = (n for n in index.code.functions_at_top(task.path) if n.name == task.name)
            library = task_library(index, index.code.function_ref(task.path, node))
            assert (library or OTHER).kind == task.kind
    seen = {(m.module, m.name) for app in project.apps for m in app.models}
    paths = [p for p in index.paths if p.endswith("models.py") or "/models/" in p]
    assert {(m.cls.module, m.name) for p in paths for m in models_in(index.models, p)} <= seen


def row_tests(outcome) -> bool:
    return "order = unsave(make_order(" in outcome.text("shop/tests/test_signals.py")


def test_a_receiver_of_the_projects_own_decorator_takes_no_row_tests_away(tmp_path):
    """Only the receiver under test hears of its row, whatever else listens."""
    files = {"crm/decorators.py": OWN, "crm/listening.py": LISTENER}
    assert row_tests(run(build(tmp_path, files), SAVED))


def test_a_uid_may_stand_in_the_file_of_the_decorator(tmp_path):
    """That file is longer than the one in which the receiver stands."""
    own = OWN.replace("weak=False", "dispatch_uid=UID") + "\n" * 50
    longer = "\n" * 90 + own.replace("def on_saved", "UID = 'told'\n\n\ndef on_saved")
    files = {"crm/decorators.py": longer, "crm/listening.py": LISTENER}
    assert row_tests(run(build(tmp_path, files), SAVED))


def test_a_receiver_outside_the_apps_takes_none_away(tmp_path):
    files = {
        "config/listening.py": LISTENER.replace("crm.", "config."),
        "config/decorators.py": OWN,
    }
    assert row_tests(run(build(tmp_path, files), SAVED))


def test_a_receiver_of_another_model_takes_none_away(tmp_path):
    files = {"crm/decorators.py": OWN, "crm/listening.py": LISTENER.replace("Order", "Product")}
    assert row_tests(run(build(tmp_path, files), SAVED))


# --- classes that nobody can read -------------------------------------------------------------------------------------

DOMAIN = "from django_tenants.models import DomainMixin\n\n\nclass Domain(DomainMixin):\n    pass\n"


def of(model: str) -> str:
    return f"handlers:\n  - {{name: saved, model: {model}, signal: post_save, body: 'print(instance)'}}\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (DOMAIN, "Domain"),
        (
            f"from machina.core import model_factory\n{ABSTRACT}\n\nTopic = model_factory(AbstractTopic)\n",
            "Topic",
        ),
    ],
)
def test_a_class_in_a_models_module_is_trusted_with_a_note(tmp_path, text, name):
    outcome = run(build(tmp_path, {"shop/models.py": MODELS + "\n\n" + text}), of(name))
    assert [p.message for p in outcome.problems] == []
    assert f"sender={name}," in outcome.text("shop/signals.py")
    (note,) = (n for n in outcome.result.notes if n.code == "unread-model")
    assert (note.file, note.line) == ("spec0.yaml", 3)


@pytest.mark.parametrize(
    "text", ["class Domain:\n    pass\n", "def Domain(): ...\n", "Domain = 3\n", ""]
)
def test_what_is_surely_no_model_is_refused(tmp_path, text):
    outcome = run(build(tmp_path, {"shop/models.py": MODELS + "\n\n" + text}), of("Domain"))
    assert [p.code for p in outcome.problems] == ["unknown-model"]


def test_a_class_elsewhere_is_not_trusted(tmp_path):
    outcome = run(build(tmp_path, {"shop/domains.py": DOMAIN}), of("Domain"))
    assert [p.code for p in outcome.problems] == ["unknown-model"]


def test_classes_that_are_only_called_models_are_none(tmp_path):
    text = "from pydantic import BaseModel\n\n\nclass Order(BaseModel):\n    total: int = 0\n"
    project = project_view(build_index(survey_project(build(tmp_path, {"shop/schemas.py": text}))))
    assert [m.module for m in project.app("shop").models if m.name == "Order"] == ["shop.models"]
    index = build_index(survey_project(tmp_path))
    assert index.models.get("shop.schemas.Order") is None


# --- the same class by another way ------------------------------------------------------------------------------------

USER = """
from django.contrib.auth import get_user_model

User = get_user_model()
"""
USERS = (
    "from django.contrib.auth.models import AbstractUser\n\n\nclass User(AbstractUser):\n    pass\n"
)
STUB = """
celery_tasks:
  - {name: greet, args: [user_id]}
handlers: [{name: saved, model: User, signal: post_save, enqueue: [{task: greet, args: [instance.pk], on: create}]}]
"""


@pytest.mark.parametrize(
    "text",
    [
        USER,
        "from django.apps import apps\n\nUser = apps.get_model('shop', 'User')\n",
        "from django.apps import apps\n\nUser = apps.get_model('shop.User')\n",
    ],
)
def test_a_task_stub_uses_the_user_model_that_its_module_has(tmp_path, text):
    settings = {"config/settings.py": build_settings()}
    files = {"shop/models.py": USERS, "shop/tasks.py": text, **settings}
    outcome = run(build(tmp_path, files), STUB)
    assert [p.message for p in outcome.problems] == []
    tasks = outcome.text("shop/tasks.py")
    assert "import User" not in tasks
    assert "User.objects" in tasks


def test_another_class_of_that_name_is_still_refused(tmp_path):
    files = {
        "shop/models.py": USERS,
        "shop/tasks.py": "from crm.models import Lead as User\n",
        "config/settings.py": build_settings(),
    }
    outcome = run(build(tmp_path, files), STUB)
    assert [p.code for p in outcome.problems] == ["name-taken"]


def build_settings() -> str:
    from generate_kit import SETTINGS

    return SETTINGS + '\nAUTH_USER_MODEL = "shop.User"\n'


# --- test sites, and signals of the very file --------------------------------------------------------------------------


def test_a_model_of_a_test_site_is_not_imported_into_library_code(tmp_path):
    files = {
        "tests/__init__.py": "",
        "tests/_testsite/__init__.py": "",
        "tests/_testsite/apps/__init__.py": "",
        "tests/_testsite/apps/shop/__init__.py": "",
        "tests/_testsite/apps/shop/apps.py": "from django.apps import AppConfig\n\n\nclass C(AppConfig):\n    name = 'tests._testsite.apps.shop'\n    label = 'shop'\n",
        "tests/_testsite/apps/shop/models.py": "from django.db import models\n\n\nclass Parcel(models.Model): ...\n",
    }
    outcome = run(build(tmp_path, files), of("Parcel"))
    assert [p.code for p in outcome.problems] == ["unknown-model"]


@pytest.mark.parametrize(
    "made",
    [
        "from django.dispatch import Signal\n\nproject_archive = Signal()\n",
        "import django.dispatch\n\nproject_archive = django.dispatch.Signal()\n",
        "from shop.kinds import Event\n\nproject_archive = Event()\n",
    ],
)
@pytest.mark.parametrize("name", ["project_archive", "shop.signals.project_archive"])
def test_a_signal_of_the_file_that_gets_the_receivers(tmp_path, made, name):
    kinds = "from django.dispatch import Signal\n\n\nclass Event(Signal):\n    pass\n"
    spec = f"handlers:\n  - {{name: archived, signal: {name}, body: 'print(sender)'}}\n"
    outcome = run(build(tmp_path, {"shop/signals.py": made, "shop/kinds.py": kinds}), spec)
    assert [p.message for p in outcome.problems] == []
    outcome.write()
    code = "import django; django.setup()\nfrom shop.signals import project_archive as s\nprint(len(s.receivers))"
    assert python(tmp_path, code=code).strip() == "1"


def test_a_misspelt_signal_is_still_refused(tmp_path):
    made = "from django.dispatch import Signal\n\nproject_archive = Signal()\n"
    spec = "handlers:\n  - {name: archived, signal: project_archived, body: 'print(sender)'}\n"
    outcome = run(build(tmp_path, {"shop/signals.py": made}), spec)
    assert [(p.code, "project_archive" in p.hint) for p in outcome.problems] == [
        ("unknown-signal", True)
    ]


# --- a file that was read only in part --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "notes"),
    [("lazy import json\n\nx = = 3\n", 1), ("x = = 3\n", 1), ("lazy import json\n", 0)],
)
def test_reading_and_merging_tell_of_an_unread_place_once(tmp_path, text, notes):
    spec = "handlers: [{name: gone, model: Order, signal: post_delete, body: 'print(1)'}]\n"
    outcome = run(build(tmp_path, {"shop/signals.py": f"{text}\n\nclass Kept:\n    pass\n"}), spec)
    assert [one.file for one in outcome.result.notes if one.code == "syntax"] == notes * [
        "shop/signals.py"
    ]
