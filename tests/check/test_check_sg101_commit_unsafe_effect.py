"""SG101: effects that should wait for the commit, and what only looks like one."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent

SAVED = "import shutil\n@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
MOVING = "    try:\n        instance.move()\n        {first}\n    except OSError:\n        shutil.move('b', 'a'){mark}\n"
QUEUED = f"from shop.work import Jobs, work\n{SAVED}    work.delay(instance.pk)"
OWN = "def task(**options):\n    def wrap(f):\n        f.delay = f\n        return f\n    return wrap\n"
WRAPPING = "from celery import shared_task\ndef task(**options):\n    return shared_task(**options)\n"
APP = "from shop.worker import app\ndef task(**options):\n    return app.task(**options)\n"
METHOD = (
    "class Jobs:\n    @classmethod\n    def start(cls):\n        cls.work.delay()\n"
    "    @staticmethod\n    @{decorator}\n    def work(): ...\n"
)


def work(decorator: str) -> dict[str, str]:
    return {
        "shop/deco.py": decorator,
        "shop/work.py": "from shop.deco import task\n@task()\ndef work(pk): ...\n",
    }


@pytest.mark.parametrize("decorator", [WRAPPING, APP, "from celery import shared_task as task\n"])
def test_a_decorator_around_a_library_makes_a_task(decorator: str):
    files = {**work(decorator), "shop/signals.py": HEAD + QUEUED.replace("Jobs, ", "") + "  # SG101\n"}
    assert_flags(files, "SG101")


def test_a_decorator_of_the_project_does_not():
    files = {**work(OWN), "shop/signals.py": HEAD + QUEUED.replace("Jobs, ", "") + "\n"}
    assert_silent(files, "SG101")


def test_a_task_of_a_class_is_known_by_its_decorator():
    source = HEAD + SAVED.replace("import shutil", "from shop.work import Jobs") + "    Jobs.start()"
    task = "from celery import shared_task\n" + METHOD.format(decorator="shared_task")
    assert_flags({"shop/work.py": task, "shop/signals.py": f"{source}  # SG101\n"}, "SG101")
    own = "from shop.deco import later\n" + METHOD.format(decorator="later")
    deco = "def later(f):\n    f.delay = f\n    return f\n"
    assert_silent({"shop/work.py": own, "shop/deco.py": deco, "shop/signals.py": f"{source}\n"}, "SG101")


def test_putting_files_back_is_no_effect_of_its_own():
    found = assert_flags(
        HEAD + SAVED + MOVING.format(first="shutil.move('a', 'b')  # SG101", mark=""), "SG101"
    )
    assert len(found) == 1


def test_another_effect_in_a_handler_is_one():
    assert_flags(HEAD + SAVED + MOVING.format(first="instance.check()", mark="  # SG101"), "SG101")
