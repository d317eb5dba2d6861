"""Patterns of keys: an error where no cache of the settings can have them, and silence where one may."""

from __future__ import annotations

import pytest
from generate_kit import build, run

RECIPE = "recipes:\n  - {recipe: cache_invalidate, model: Order, keys: x, patterns: 'a:*'}\n"
BODY = "handlers:\n  - name: h\n    signal: post_save\n    model: Order\n    body: |\n      cache.delete_pattern('a:*')\n"
LOCAL = "'django.core.cache.backends.locmem.LocMemCache'"
REDIS = "'django.core.cache.backends.redis.RedisCache'"
OTHER = "'django_redis.cache.RedisCache'"


def settings(*backends: str, more: str = "") -> dict[str, str]:
    return {
        f"config/settings/s{number}.py": f"CACHES = {{'default': {{'BACKEND': {backend}}}}}\n{more}"
        for number, backend in enumerate(backends)
    }


WRONG = {
    "a recipe": (settings(LOCAL), RECIPE, "recipes[0].body", 3),
    "a body": (settings(REDIS), BODY, "handlers[0].body", 7),
    "several settings": (settings(LOCAL, REDIS), RECIPE, "recipes[0].body", 3),
    "another alias that has them": (
        {
            "config/settings.py": f"CACHES = {{'default': {{'BACKEND': {LOCAL}}}, 'b': {{'BACKEND': {OTHER}}}}}\n"
        },
        RECIPE,
        "recipes[0].body",
        3,
    ),
}


@pytest.mark.parametrize(("files", "spec", "path", "line"), WRONG.values(), ids=WRONG)
def test_patterns_for_a_cache_that_has_none_are_an_error(files, spec, path, line, tmp_path):
    (problem,) = run(build(tmp_path, files), spec).problems
    assert (problem.code, problem.path, problem.line) == ("no-cache-patterns", path, line)
    assert "django-redis" in problem.hint


def test_what_a_row_holds_stands_for_itself_in_a_pattern(tmp_path):
    spec = RECIPE.replace("'a:*'", "'a:{instance.status}:*'").replace(
        "keys: x", "keys: 'b:{instance.status}'"
    )
    text = run(build(tmp_path), spec).text("shop/signals.py")
    assert 'f"a:{glob.escape(str(instance.status))}:*"' in text
    assert 'f"b:{instance.status}"' in text


RIGHT = {
    "a cache of a package": (settings(OTHER), RECIPE),
    "one of several settings": (settings(LOCAL, OTHER), RECIPE),
    "a name from the environment": (settings("os.environ['CACHE']"), RECIPE),
    "settings that are changed": (
        settings(LOCAL, more=f"CACHES['default']['BACKEND'] = {OTHER}\n"),
        RECIPE,
    ),
    "no settings": ({}, RECIPE),
    "keys alone": (settings(LOCAL), RECIPE.replace(", patterns: 'a:*'", "")),
    "a body that asks": (
        settings(LOCAL),
        BODY.replace("cache.", 'if hasattr(cache, "delete_pattern"):\n          cache.'),
    ),
    "a cache of the project": (
        settings(LOCAL),
        BODY.replace("handlers:", "imports: [from shop.caches import cache]\nhandlers:"),
    ),
}


@pytest.mark.parametrize(("files", "spec"), RIGHT.values(), ids=RIGHT)
def test_what_may_have_patterns_is_no_error(files, spec, tmp_path):
    files = {**files, "shop/caches.py": "cache = object()\n"}
    assert run(build(tmp_path, files), spec).problems == ()
