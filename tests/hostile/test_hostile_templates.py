"""Templates and recipes of a project that would never end, or would use up the memory: one problem each."""

from __future__ import annotations

import pytest
from bounds_kit import limited, project

GREEDY = {
    "nested loops": "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}",
    "text of nested loops": "{% for a in range(9999) %}{% for b in range(9999) %}some text{% endfor %}{% endfor %}",
    "long range": "{% for a in range(10**9) %}x{% endfor %}",
    "multiplied text": "{{ 'x' * 10**10 }}",
    "multiplied list": "{{ ([1] * 10**10)|length }}",
    "great number": "{{ (9**(9**9))|string }}",
    "number of many steps": "{% set n = namespace(a=3) %}{% for i in range(99) %}{% set n.a = n.a * n.a %}{% endfor %}{{ n.a }}",
    "shown width": "{{ '%10000000000d' % 1 }}",
    "star width": "{{ '%*d' % (10**10, 1) }}",
    "format width": "{{ '{:>10000000000}'.format(1) }}",
    "format filter": "{{ '%10000000000d'|format(1) }}",
    "centred": "{{ 'x'|center(10**10) }}",
    "indented": "{{ ('x\\n' * 9999)|indent(10**8) }}",
    "method": "{{ 'x'.ljust(10**10) }}",
    "zeros": "{{ 'x'.zfill(10**10) }}",
    "batches": "{{ [1]|batch(10**10, 'x')|list }}",
    "replaced": "{{ ('x' * 9999)|replace('x', 'y' * 9999) }}",
    "joined": "{{ ('x' * 99999)|join('y' * 99999) }}",
    "doubled by ~": "{% set n = namespace(a='x') %}{% for i in range(99) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
    "doubled by +": "{% set n = namespace(a='x') %}{% for i in range(99) %}{% set n.a = n.a + n.a %}{% endfor %}",
    "doubled list": "{% set n = namespace(a=[1]) %}{% for i in range(99) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a }}",
    "doubled mapping": "{% set n = namespace(a=1) %}{% for i in range(99) %}{% set n.a = {1: n.a, 2: n.a} %}{% endfor %}",
    "doubled block": "{% set n = namespace(a='x') %}{% for i in range(99) %}{% set b %}{{ n.a }}{{ n.a }}{% endset %}{% set n.a = b %}{% endfor %}",
    "macro of macros": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "endless macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "loop of itself": "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
}
OF_FILES = {
    "included by itself": "{% include 'receiver.py.j2' %}",
    "included twice": "{% include 'receiver.py.j2' %}{% include 'receiver.py.j2' %}",
    "extends itself": "{% extends 'receiver.py.j2' %}",
    "imports itself": "{% import 'receiver.py.j2' as me %}{{ me.x }}",
}
RECIPE = """use: Do nothing.
trap: None.
handlers:
  - name: greedy
    model: Order
    signal: post_save
    body: |
      print({body})
example: |
  app: orders
  recipes: [{{recipe: greedy}}]
"""


@pytest.mark.parametrize("name", [*GREEDY, *OF_FILES])
def test_a_greedy_template_is_one_problem(tmp_path, name):
    root = project(
        tmp_path / "p",
        {
            "pyproject.toml": "[tool.signalgen]\ntemplates = 'own'\ntests = 'none'\n",
            "own/receiver.py.j2": {**GREEDY, **OF_FILES}[name],
        },
    )
    done = limited(root, "new", "--spec", "spec.yaml")
    assert done.code == 2
    assert "1 problem. Nothing was written." in done.said
    assert "template error: " in done.said
    assert "receiver.py.j2" in done.said
    assert not (root / "orders/signals.py").exists()


@pytest.mark.parametrize("name", GREEDY)
def test_a_greedy_recipe_is_one_problem(tmp_path, name):
    root = project(
        tmp_path / "p",
        {
            "pyproject.toml": "[tool.signalgen]\nrecipes = 'own'\ntests = 'none'\n",
            "own/greedy.yaml": RECIPE.format(body=GREEDY[name].replace("\n", "")),
            "spec.yaml": "app: orders\nrecipes:\n  - recipe: greedy\n",
        },
    )
    done = limited(root, "new", "--spec", "spec.yaml")
    assert done.code == 2
    assert "1 problem. Nothing was written." in done.said
    assert "greedy" in done.said
    assert not (root / "orders/signals.py").exists()


HONEST = """{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}
def {{ r.name }}(sender, instance, **kwargs):
    {% for a in range(20) %}
    print({{ a * 2 }}, {{ ('x' * 3)|string_literal }}, {{ ([1, 2] + [a])|join(', ') }}, '{{ twice(a) ~ '-' }}')
    {% endfor %}
"""


def test_an_honest_template_says_what_it_said(tmp_path):
    root = project(
        tmp_path / "p",
        {
            "pyproject.toml": "[tool.signalgen]\ntemplates = 'own'\ntests = 'none'\nformatter = 'none'\n",
            "own/receiver.py.j2": HONEST,
        },
    )
    done = limited(root, "new", "--spec", "spec.yaml")
    assert done.code == 0, done.said
    assert "print(38, \"xxx\", 1, 2, 19, '1919-')" in (root / "orders/signals.py").read_text()
