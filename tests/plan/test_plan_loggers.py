"""Generated code writes to the logger that the module has, under the name that it has there."""

from __future__ import annotations

import pytest
from generate_kit import again, build, python, run

LOGS = "handlers: [{name: a, model: Order, signal: post_save, on_error: log, body: later.delay(instance.pk)}]\n"
SAYS = "handlers: [{name: b, model: Order, signal: post_save, body: logger.info('x')}]\n"
OWN = "import logging\n\nlog = logging.getLogger(__name__)\n"


def spec(*handlers):
    return "handlers:\n" + "".join(f"  - {h.split('[', 1)[1].rstrip()[:-1]}\n" for h in handlers)


@pytest.mark.parametrize(
    "own",
    [
        OWN,
        "from logging import getLogger\n\nlog: object = getLogger(__name__)\n",
        "from celery.utils.log import get_task_logger\n\nlog = get_task_logger(__name__)\n",
    ],
)
def test_the_logger_of_the_module(own, tmp_path):
    outcome = run(build(tmp_path, {"shop/signals.py": own, "shop/tasks.py": own}), LOGS).write()
    assert 'log.exception("a failed for %s", instance.pk)' in outcome.symbol("a")
    assert "log.warning(" in outcome.symbol("later", "shop/tasks.py")
    texts = outcome.text("shop/signals.py") + outcome.text("shop/tasks.py")
    assert "logger" not in texts.replace("get_task_logger", "")
    assert again(tmp_path, LOGS) == []
    assert not [note for note in outcome.result.notes if note.code == "second-logger"]


def test_its_tests_pass(tmp_path):
    files = {"shop/signals.py": OWN, "shop/work.py": "def work(pk):\n    pass\n"}
    handler = LOGS.replace("later.delay", "work") + "imports: from shop.work import work\n"
    outcome = run(build(tmp_path, files), handler).write()
    assert "call.log.exception(" in outcome.text("shop/tests/test_signals.py")
    python(tmp_path, "manage.py", "test", "-v0")


@pytest.mark.parametrize(
    "own",
    [
        "",
        "log = []\n",
        "import logging\n\naudit = logging.getLogger('audit')\n",
        "import logging\n\nlogger = logging.getLogger('shop')\nlog = logging.getLogger(__name__)\n",
        "import logging\n\n\ndef quiet():\n    log = logging.getLogger(__name__)\n    return log\n",
        "from loguru import logger\n",
    ],
)
def test_no_other_name_than_logger(own, tmp_path):
    outcome = run(build(tmp_path, {"shop/signals.py": own}), LOGS).write()
    assert "logger.exception(" in outcome.symbol("a")
    assert outcome.text("shop/signals.py").count("logger = ") <= 1
    assert again(tmp_path, LOGS) == []


def test_a_body_that_says_logger_gets_one_and_a_note(tmp_path):
    both = spec(SAYS, LOGS)
    outcome = run(build(tmp_path, {"shop/signals.py": OWN}), both).write()
    assert "logger = logging.getLogger(__name__)" in outcome.text("shop/signals.py")
    assert "log.exception(" in outcome.symbol("a")
    assert "logger.info(" in outcome.symbol("b")
    notes = [note for note in outcome.result.notes if note.code == "second-logger"]
    assert [(n.line, n.column, n.hint) for n in notes] == [(3, 54, "use log in the body")]
    assert again(tmp_path, both) == []


def test_a_body_may_say_the_name_that_the_module_has(tmp_path):
    handler = SAYS.replace("logger", "log")
    outcome = run(build(tmp_path, {"shop/signals.py": OWN}), handler).write()
    assert "logger" not in outcome.text("shop/signals.py")
    assert not [note for note in outcome.result.notes if note.code == "second-logger"]
    python(tmp_path, "manage.py", "test", "-v0")
