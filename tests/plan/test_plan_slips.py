"""Names that are nearly those of an app, or of a model that Django ships: slips are errors, new names are not."""

from __future__ import annotations

import pytest
from generate_kit import build, run

HANDLER = "handlers: [{name: a, signal: post_save, model: MODEL, body: cache.clear()}]"


def said(tmp_path, spec):
    outcome = run(build(tmp_path), spec)
    return [(one.code, one.hint) for one in outcome.problems]


@pytest.mark.parametrize(
    ("app", "model", "code"),
    [("shp", "Order", "unknown-app"), ("shopp", "Product", "unknown-app")],
)
def test_an_app_whose_models_are_in_one_of_a_similar_name_is_a_slip(tmp_path, app, model, code):
    spec = f"app: {app}\n{HANDLER.replace('MODEL', model)}"
    assert said(tmp_path, spec) == [(code, "did you mean 'shop'?")]


@pytest.mark.parametrize(
    ("app", "model"), [("shops", "Branch"), ("billing", "Order"), ("shops", "shop.Order")]
)
def test_another_app_is_made(tmp_path, app, model):
    assert said(tmp_path, f"app: {app}\n{HANDLER.replace('MODEL', model)}") == []


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("auth.Usr", "did you mean 'auth.User'"),
        ("sessions.Sesion", "did you mean 'sessions.Session'?"),
        ("auth.Customer", ""),
    ],
)
def test_a_model_that_django_does_not_ship_is_an_error(tmp_path, model, hint):
    ((code, told),) = said(tmp_path, HANDLER.replace("MODEL", model))
    assert code == "unknown-model"
    assert told.startswith(hint)


@pytest.mark.parametrize("model", ["auth.Group", "sites.Site", "taggit.Tag", "silk.Request"])
def test_models_that_are_there_or_of_packages_are_not(tmp_path, model):
    assert said(tmp_path, HANDLER.replace("MODEL", model)) == []
