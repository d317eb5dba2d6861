"""SG414: callbacks of a loop that all see the last round."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, mended

CODE = "SG414"
TOP = HEAD + "from functools import partial\nfrom django.db import transaction\n"
BEGIN = "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"
LOOP = BEGIN + "    for line in instance.lines.all():\n"
COMMIT = "        transaction.on_commit("

FLAGGED = [
    LOOP + COMMIT + "lambda: print(line.pk))  # SG414\n",
    LOOP + "        name = line.name\n" + COMMIT + "lambda: print(name))  # SG414\n",
    LOOP + "        def tell():\n            print(line)\n" + COMMIT + "tell)  # SG414\n",
    LOOP + "        if line.name:\n    " + COMMIT + "lambda: print(line))  # SG414\n",
    BEGIN
    + "    for at, line in enumerate(instance.lines.all()):\n"
    + COMMIT
    + "lambda: print(at, line))  # SG414\n",
    BEGIN
    + "    [transaction.on_commit(lambda: print(line)) for line in instance.lines.all()]  # SG414\n",
    "@transaction.atomic\ndef serve(rows):\n    for row in rows:\n"
    + COMMIT
    + "lambda: print(row))  # SG414\n",
    "def serve(rows):\n    for row in rows:\n"
    + COMMIT
    + "lambda: print(row))  # SG414\n\n\n"
    + BEGIN
    + "    serve(instance.lines.all())\n",
    "def serve(rows):\n    with transaction.atomic():\n        for row in rows:\n    "
    + COMMIT
    + "lambda: print(row))  # SG414\n",
]
SILENT = [
    "def serve(rows):\n    for row in rows:\n" + COMMIT + "lambda: print(row))\n",
    LOOP + COMMIT + "partial(print, line.pk))\n",
    LOOP + COMMIT + "lambda line=line: print(line))\n",
    LOOP + COMMIT + "lambda: print(instance.pk))\n",
    LOOP + COMMIT + "lambda: print([line for line in instance.lines.all()]))\n",
    LOOP + "        with transaction.atomic():\n    " + COMMIT + "lambda: print(line))\n",
    LOOP + COMMIT + "lambda: print(line))\n        break\n",
    LOOP + "        if line.name == 'first':\n    " + COMMIT + "lambda: print(line))\n",
    LOOP + "        print(line)\n    transaction.on_commit(lambda: print(line))\n",
    BEGIN
    + "    def tell():\n        print(instance)\n    for line in instance.lines.all():\n"
    + COMMIT
    + "tell)\n",
    LOOP + "        tell = lambda: print(line)\n        tell()\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(TOP + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(TOP + source, CODE)


def test_each_round_keeps_its_own():
    source = (
        TOP
        + BEGIN
        + (
            "    for at, line in enumerate(instance.lines.all()):\n"
            "        transaction.on_commit(lambda: print(at, line.name))\n"
        )
    )
    after = mended({"shop/signals.py": source}, CODE)["shop/signals.py"]
    assert after == source.replace("lambda:", "lambda at=at, line=line:").encode()


def test_a_lambda_with_parameters_is_left_to_a_person():
    source = TOP + LOOP + COMMIT + "lambda *args: print(line))\n"
    assert mended({"shop/signals.py": source}, CODE)["shop/signals.py"] == source


@pytest.mark.parametrize(("value", "flagged"), [("True", True), ("False", False)])
def test_a_project_may_have_a_transaction_around_each_request(value, flagged):
    source = TOP + "def serve(rows):\n    for row in rows:\n" + COMMIT
    files = {
        "shop/settings.py": f'DATABASES = {{"default": {{"ATOMIC_REQUESTS": {value}}}}}\n',
        "shop/signals.py": source + f"lambda: print(row)){'  # SG414' * flagged}\n",
    }
    (assert_flags if flagged else assert_silent)(files, CODE)


TELL = "def serve(rows):\n    for row in rows:\n" + COMMIT + "lambda: print(row))"
BESIDE = [
    # A task, a command and what runs after the commit have no transaction around them.
    {"shop/signals.py": TOP + "from celery import shared_task\n@shared_task\n" + TELL + "\n"},
    {"shop/management/commands/tell.py": TOP + TELL + "\n"},
    {
        "shop/signals.py": TOP
        + TELL
        + "\n\n\ndef view(request):\n    transaction.on_commit(lambda: serve(request.rows))\n"
    },
    {
        "shop/later.py": TOP + TELL + "\n",
        "shop/signals.py": TOP
        + "from shop import later\n"
        + BEGIN
        + "    transaction.on_commit(lambda: later.serve([instance]))\n",
    },
]
WITHIN = [
    {"shop/signals.py": TOP + TELL + "  # SG414\ndef view(request):\n    serve(request.rows)\n"},
    {
        "shop/signals.py": TOP
        + TELL
        + "  # SG414\ndef view(request):\n    serve(request.rows)\n"
        + "    transaction.on_commit(lambda: serve(request.rows))\n"
    },
]
ATOMIC = {"shop/settings.py": 'DATABASES = {"default": {"ATOMIC_REQUESTS": True}}\n'}


@pytest.mark.parametrize("files", BESIDE)
def test_what_no_request_calls_has_no_transaction_around_it(files):
    assert_silent({**ATOMIC, **files}, CODE)


@pytest.mark.parametrize("files", WITHIN)
def test_what_a_request_calls_has_one(files):
    assert_flags({**ATOMIC, **files}, CODE)
