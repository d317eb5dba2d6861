"""A recipe, and an ``enqueue`` entry without values, hand a task the key of a row as its queue takes it."""

from __future__ import annotations

import pytest
from generate_kit import MODELS, build, run

UUID = "import uuid\n" + MODELS.replace(
    "class Order(Stamped):\n",
    "class Order(Stamped):\n    id = models.UUIDField(primary_key=True, default=uuid.uuid4)\n",
)
DECIMAL = MODELS.replace(
    "class Order(Stamped):\n",
    "class Order(Stamped):\n    no = models.DecimalField(primary_key=True, max_digits=9, decimal_places=0)\n",
)
ACTOR = "import dramatiq\n\n\n@dramatiq.actor\ndef job(*args):\n    print(args)\n"
QUEUES = {
    "django": ("task_backend: django\ncelery_tasks: [{name: job}]\n", {}),
    "dramatiq": ("", {"shop/tasks.py": ACTOR}),
}
ASKED = {
    "status_transition": "{recipe: status_transition, model: Order, task: job}",
    "track_changes": "{recipe: track_changes, model: Order, fields: [total], task: job}",
    "notify": "{recipe: notify, model: Order, task: job, on: [create, delete]}",
    "search_index": "{recipe: search_index, model: Order, index: job, remove: job}",
}


def asked(recipe, backend):
    return f"{QUEUES[backend][0]}recipes:\n  - {ASKED[recipe]}\n"


def project(tmp_path, backend, models):
    requirements = {"requirements.txt": "Django==6.0.*\ndramatiq\ncelery\n"}
    return build(tmp_path, {"shop/models.py": models, **requirements, **QUEUES[backend][1]})


@pytest.mark.parametrize("models", [UUID, DECIMAL], ids=["uuid", "decimal"])
@pytest.mark.parametrize("backend", QUEUES)
@pytest.mark.parametrize("recipe", ASKED)
def test_a_recipe_hands_on_the_text_of_a_key(recipe, backend, models, tmp_path):
    outcome = run(project(tmp_path, backend, models), asked(recipe, backend))
    text = "".join(outcome.text("shop/signals.py").split())
    ending = {"django": "enqueue", "dramatiq": "send"}[backend]
    calls = text.count(f"partial(job.{ending},")
    assert calls
    assert text.count(f"partial(job.{ending},str(instance.pk)") == calls


@pytest.mark.parametrize("backend", QUEUES)
def test_an_entry_without_values_does_so(backend, tmp_path):
    spec = QUEUES[backend][0].replace("{name: job}", "{name: job, args: [key]}") + (
        "handlers:\n  - {name: a, model: Order, signal: post_save, enqueue: [{task: job, on: create}]}\n"
    )
    assert "str(instance.pk)" in run(project(tmp_path, backend, UUID), spec).symbol("a")


@pytest.mark.parametrize("recipe", ASKED)
def test_a_key_that_the_queue_takes_stays(recipe, tmp_path):
    outcome = run(project(tmp_path, "django", MODELS), asked(recipe, "django"))
    assert "str(instance.pk)" not in outcome.text("shop/signals.py")


@pytest.mark.parametrize("recipe", ASKED)
def test_celery_takes_a_uuid(recipe, tmp_path):
    spec = f"celery_tasks: [{{name: job}}]\nrecipes:\n  - {ASKED[recipe]}\n"
    outcome = run(build(tmp_path, {"shop/models.py": UUID}), spec)
    assert "str(instance.pk)" not in outcome.text("shop/signals.py")


def test_a_value_that_a_person_writes_is_refused(tmp_path):
    spec = QUEUES["django"][0] + (
        "handlers:\n  - {name: a, model: Order, signal: post_save, on_create: job.delay(instance.pk)}\n"
    )
    (problem,) = run(project(tmp_path, "django", UUID), spec).problems
    assert problem.code == "SG410"
    assert problem.hint.startswith("pass str(instance.pk)")
