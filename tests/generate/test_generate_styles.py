"""Whatever a project's style: what is generated is stable under its own formatter and has no finding of its linter."""

from __future__ import annotations

import os

import forks
import pytest
from generate_kit import APPS, again, build, run

RULES = "E,F,W,I,UP,B,DJ,SIM,C4,PIE,RET"
SPEC = """
model: Order
celery_tasks: [{name: refresh_a_report_with_a_long_name, args: [order_id, "day: str"], retries: 3, queue: slow}]
handlers:
  - name: first_receiver_with_a_rather_long_name
    signal: [post_save, post_delete]
    models: [Order, Product, auth.Group, settings.AUTH_USER_MODEL]
    description: |
      A description that is so long that it cannot stand on one line of any usual length, and so must be wrapped to fit.

      It's "quoted" as well.
    on_error: log
    body: |
      refresh_a_report_with_a_long_name.delay(instance.pk, f"{timezone.now():%Y-%m-%d}")
      Tag.objects.filter(name='it\\'s', uses__gt=1).exclude(name="never").order_by("name").update(uses=F("uses") + 1)
  - {name: second, signal: pre_save, on_change: {status: 'logger.info("%s", old)', customer: 'cache.delete("x")'}}
  - {name: third, signal: m2m_changed, model: Product, field: tags, on_add: cache.clear(), on_clear: cache.clear()}
  - {name: fourth, signal: post_delete, after_commit: 'cache.delete(f"order:{instance.pk}")', when: instance.total >= 1}
signals:
  - {name: paid, sender: Order, send: send_robust, args: {order: Order, amount: Decimal, a_transaction_number: str},
     description: Sent when a payment has been settled and nobody expects that anything else could go wrong with it.,
     handlers: [{name: fifth, body: 'logger.info("%s %s", order, amount)'}]}
"""
QUOTED = "NAMES = ['a', 'b', 'c', 'd']\nOTHER = ['e', 'f']\n"


def check(root, command):
    done = forks.run(["-m", *command], root, {**os.environ})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("single", [False, True], ids=["double", "single"])
@pytest.mark.parametrize("length", [79, 88, 100, 120])
@pytest.mark.parametrize("formatter", ["black", "ruff"])
def test_every_style(formatter, length, single, tmp_path):
    table = {
        "black": f"[tool.black]\nline-length = {length}\nskip-string-normalization = {str(single).lower()}\n",
        "ruff": f"[tool.ruff]\nline-length = {length}\n[tool.ruff.format]\nquote-style = '{'single' if single else 'double'}'\n",
    }[formatter]
    files = {"pyproject.toml": table, **({"shop/names.py": QUOTED * 5} if single else {})}
    root = build(tmp_path, files)
    outcome = run(root, SPEC).write()
    assert again(root, SPEC) == []
    paths = [path for path in outcome.changed() if path.endswith(".py") and path != "shop/apps.py"]
    code = [path for path in paths if "test" not in path]
    check(
        root, ["ruff", "check", "-q", "--select", RULES, "--config", f"line-length={length}", *code]
    )
    if formatter == "ruff":
        check(root, ["ruff", "format", "--check", *paths])
    else:
        check(root, ["black", "-q", "--check", *paths])


def test_without_a_formatter_the_code_is_still_right(tmp_path):
    root = build(tmp_path, {"pyproject.toml": '[tool.signalgen]\nformatter = "none"\n'})
    outcome = run(root, SPEC).write()
    assert again(root, SPEC) == []
    code = [path for path in outcome.changed() if path.endswith(".py") and "test" not in path]
    check(
        root, ["ruff", "check", "-q", "--isolated", "--select", "F,UP,B,DJ,SIM,C4,PIE,RET", *code]
    )
    check(root, ["manage", "check"])


def test_the_generated_tests_have_no_finding(tmp_path):
    root = build(tmp_path)
    outcome = run(root, SPEC).write()
    paths = [path for path in outcome.changed() if "test_" in path]
    check(
        root,
        ["ruff", "check", "-q", "--isolated", "--select", RULES, "--line-length", "88", *paths],
    )


def test_imports_by_full_path_in_an_app_that_seemed_to_use_dots(tmp_path):
    """What is generated tells the habit of the app from then on; the record of it stays."""
    files = {
        "pack/__init__.py": "",
        "pack/base.py": "ANSWER = 42\n",
        "pack/store/__init__.py": "",
        "pack/store/apps.py": APPS.format("Store", "pack.store")
        + "\n    def ready(self):\n        from . import signals\n",
        "pack/store/admin.py": "from pack.store import models\n\nprint(models)\n",
        "pack/store/models.py": "from django.db import models\n\n\nclass Sale(models.Model):\n    pass\n",
        "pack/store/signals.py": "from pack.base import ANSWER\n\nprint(ANSWER)\n",
    }
    root = build(tmp_path, files)
    spec = (
        "app: pack.store\n"
        "handlers: [{name: sold, model: Sale, signal: post_save, on_create: 'Sale.objects.count()'}]"
    )
    before = (root / "pack/store/signals.py").read_text()
    run(root, spec).write()
    assert "from pack.store.models import Sale\n" in (root / "pack/store/signals.py").read_text()
    assert again(root, spec) == []
    run(root, "app: pack.store").write()
    assert (root / "pack/store/signals.py").read_text() == before
