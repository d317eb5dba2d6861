"""Fields that recipes name: those that the model does not have are pointed at where they stand, and nothing else is."""

from __future__ import annotations

import pytest
from generate_kit import build, run

WRONG = {
    "of the model": (
        "{recipe: normalize, model: Order, fields: {statsu: strip}}",
        "fields",
        "'status'",
    ),
    "of another model": (
        "{recipe: counter, model: Order, target: Customer, field: orders}",
        "field",
        "name",
    ),
    "of a dotted model": (
        "{recipe: counter, model: Order, target: shop.models.Customer, field: orders}",
        "field",
        "name",
    ),
    "of aggregates": (
        "{recipe: update_parent, model: Order, parent: Customer, set: {sum: 'Sum(\"total\", default=0)'}}",
        "set",
        "name",
    ),
    "of a default": (
        "{recipe: update_parent, model: Placement, parent: Customer, set: {name: 'Max(\"pk\")'}}",
        "link",
        "Placement has no foreign key to Customer",
    ),
    "of one in a list": (
        "{recipe: file_cleanup, model: Order, fields: [photo, fotos]}",
        "fields",
        "'photo'",
    ),
    "of what is compared": (
        "{recipe: track_changes, model: Order, fields: [totl], task: t}",
        "fields",
        "'total'",
    ),
}


@pytest.mark.parametrize(("recipe", "key", "hint"), WRONG.values(), ids=WRONG)
def test_a_field_that_the_model_lacks_is_an_error(recipe, key, hint, tmp_path):
    found = run(build(tmp_path), f"recipes:\n  - {recipe}\n").problems
    assert [(p.code, p.line, p.path) for p in found] == [("unknown-field", 3, f"recipes[0].{key}")]
    assert hint in found[0].hint


def test_the_error_points_at_the_very_name(tmp_path):
    spec = "recipes:\n  - recipe: file_cleanup\n    model: Order\n    fields:\n      - photo\n      - fotos\n"
    (problem,) = run(build(tmp_path), spec).problems
    assert (problem.line, problem.column) == (7, 9)


RIGHT = {
    "a field": "{recipe: normalize, model: Order, fields: {status: strip}}",
    "a field of the abstract parent": "{recipe: normalize, model: Order, fields: {note: strip}}",
    "the column of a foreign key": "{recipe: track_changes, model: Order, fields: [customer_id], task: t}",
    "a dotted model": "{recipe: update_parent, model: Order, parent: shop.models.Customer, set: {name: 'Max(\"pk\")'}}",
    "a property": "{recipe: audit_log, model: Order, fields: [label], logger: shop.audit}",
    "all fields of a form": "{recipe: validate, model: Order, field: __all__, condition: instance.total > 0, message: no}",
    "a model that is not read whole": "{recipe: normalize, model: Parcel, fields: {weight: strip}}",
}


@pytest.mark.parametrize("recipe", RIGHT.values(), ids=RIGHT)
def test_what_may_well_be_there_is_no_error(recipe, tmp_path):
    files = {
        "crm/models.py": "from django.db import models\nfrom parcels.models import Base\n\n\nclass Parcel(Base, models.Model):\n    pass\n"
    }
    made = run(build(tmp_path, files), f"celery_tasks: [{{name: t}}]\nrecipes:\n  - {recipe}\n")
    assert made.problems == ()
    assert [note for note in made.result.notes if note.code == "unknown-field"] == []


def test_an_attribute_is_wrong_when_it_is_nearly_a_field(tmp_path):
    spec = "recipes:\n  - {recipe: slug, model: Order, source: statsu, target: note}\n"
    (problem,) = run(build(tmp_path), spec).problems
    assert (problem.code, problem.column) == ("unknown-field", 42)
    assert "'status'" in problem.hint
