"""One clear message for each problem: its code, its place, its fix. ``^`` marks the place under the offending line."""

import pytest

from signalgen.errors import ExitCode, SpecError
from signalgen.spec import read_spec


def problems(text):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(SpecError) as caught:
        read_spec(data, file="s.yaml", source="s.yaml")
    assert caught.value.exit_code == ExitCode.USAGE
    return caught.value.problems


def marked(text):
    """Return the YAML without its marker lines and the places that they point at, as (line, column)."""
    lines, places = [], []
    for line in text.strip("\n").split("\n"):
        if line.strip() == "^":
            places.append((len(lines), line.index("^") + 1))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n", places


def check(text, *codes, hint="", message="", path=None):
    yaml, places = marked(text)
    found = problems(yaml)
    assert [(p.code, p.line) for p in found] == [
        (code, place[0]) for code, place in zip(codes, places, strict=True)
    ]
    if not any(word in found[0].message for word in MOVING):
        assert [p.column for p in found] == [column for _line, column in places]
    assert hint in found[0].hint, found[0]
    assert message in found[0].message, found[0]
    assert all(p.source == yaml.split("\n")[p.line - 1] for p in found)
    if path is not None:
        assert found[0].path == path


# Where CPython says that a syntax error is, within the line, differs between its versions.
MOVING = (
    "unexpected indent",
    "unindent",
    "Perhaps you forgot a comma",
    "invalid syntax",
    "Expected one or more names",
    "expected 'import'",
)
HANDLER = "app: orders\nhandlers:\n- name: a\n  signal: {signal}\n"


def handler(rest, signal="post_save"):
    return HANDLER.format(signal=signal) + rest


CASES = {
    "unknown key": (
        handler("  on_craete: x\n  ^"),
        "unknown-key",
        "did you mean on_create?",
        "handlers[0].on_craete",
    ),
    "unknown key with a dash": (
        handler("  on-create: x\n  ^"),
        "unknown-key",
        "did you mean on_create?",
        None,
    ),
    "unknown key unlike any": (
        handler("  body: x\n  zzz: 1\n  ^"),
        "unknown-key",
        "allowed: name",
        "handlers[0].zzz",
    ),
    "unknown top-level key": (
        "app: o\nhandler: []\n^",
        "unknown-key",
        "did you mean handlers?",
        "handler",
    ),
    "duplicate key": (
        handler("  body: x\n  body: y\n  ^"),
        "duplicate-key",
        "keep one",
        "handlers[0].body",
    ),
    "two spellings of tasks": (
        "app: o\ntasks: []\ncelery_tasks: []\n^",
        "duplicate-key",
        "keep one",
        None,
    ),
    "helpers": ("app: o\nhelpers: [mute]\n          ^", "invalid-value", "", "helpers[0]"),
    "no app": (
        "handlers: []\n^".replace("handlers: []\n^", "handlers: []\n^"),
        "missing-key",
        "add app: orders",
        "",
    ),
    "no app value": ("app:\n    ^", "empty-value", "", "app"),
    "version": ("version: 2\n         ^\napp: o", "invalid-value", "version: 1", "version"),
    "version with quotes": (
        "version: '1'\n         ^\napp: o",
        "wrong-type",
        "remove the quotes",
        "version",
    ),
    "no name": (
        "app: o\nhandlers:\n- signal: post_save\n  ^\n  body: x",
        "missing-key",
        "add name",
        "handlers[0]",
    ),
    "no signal": (
        "app: o\nhandlers:\n- name: a\n  ^\n  body: x",
        "missing-key",
        "add signal",
        "handlers[0]",
    ),
    "keyword": (
        "app: o\nhandlers:\n- name: class\n        ^\n  signal: post_save\n  body: x",
        "invalid-name",
        "class_",
        None,
    ),
    "dash in a name": (
        "app: o\nhandlers:\n- name: on-x\n        ^\n  signal: post_save\n  body: x",
        "invalid-name",
        "on_x",
        None,
    ),
    "unstable name": (
        "app: o\nhandlers:\n- name: ﬁx\n        ^\n  signal: post_save\n  body: x",
        "invalid-name",
        "fix",
        None,
    ),
    "number as a name": (
        "app: o\nhandlers:\n- name: 12\n        ^\n  signal: post_save\n  body: x",
        "invalid-name",
        "",
        None,
    ),
    "true as a name": (
        "app: o\nhandlers:\n- name: true\n        ^\n  signal: post_save\n  body: x",
        "wrong-type",
        "quotes",
        None,
    ),
    "app with ..": ("app: ../orders\n     ^", "invalid-app", "apps.orders", "app"),
    "absolute app": ("app: /srv/orders\n     ^", "invalid-app", "as Python imports it", "app"),
    "app as a path": (
        "app: apps/orders\n     ^",
        "invalid-app",
        "did you mean apps.orders?",
        "app",
    ),
    "app with an empty part": ("app: apps..orders\n     ^", "invalid-app", "apps.orders", "app"),
    "relative app": ("app: .orders\n     ^", "invalid-app", "", "app"),
    "keyword in the app": ("app: apps.import\n          ^", "invalid-name", "import_", "app"),
    "dash in the app": ("app: my-orders\n     ^", "invalid-name", "my_orders", "app"),
    "app of a task": (
        "app: o\ntasks:\n- name: t\n  app: a/b\n       ^",
        "invalid-app",
        "a.b",
        "tasks[0].app",
    ),
    "list for a name": ("app: [o]\n     ^", "wrong-type", "", "app"),
    "mapping for handlers": (
        "app: o\nhandlers: {a: 1}\n          ^",
        "wrong-type",
        "- ",
        "handlers",
    ),
    "text for a handler": (
        "app: o\nhandlers:\n- x\n  ^",
        "wrong-type",
        "begin with name:",
        "handlers[0]",
    ),
    "unknown signal": (
        handler("  body: x", "post_sav").replace("post_sav\n", "post_sav\n          ^\n"),
        "unknown-signal",
        "did you mean post_save?",
        "handlers[0].signal",
    ),
    "half a dotted signal": (
        handler("  body: x", "signals.post_save").replace(
            "post_save\n", "post_save\n          ^\n"
        ),
        "unknown-signal",
        "post_save",
        None,
    ),
    "wrong home of a signal": (
        handler("  body: x", "django.db.signals.post_save").replace(
            "post_save\n", "post_save\n          ^\n"
        ),
        "unknown-signal",
        "post_save",
        None,
    ),
    "unknown custom signal": (
        "app: o\nhandlers:\n- {name: a, signal: payd, body: x}\n                    ^\nsignals:\n- name: paid",
        "unknown-signal",
        "did you mean paid?",
        None,
    ),
    "signal named twice": (
        handler("  body: x", "[post_save, post_save]").replace(
            "save]\n", "save]\n                      ^\n"
        ),
        "duplicate-value",
        "",
        "handlers[0].signal[1]",
    ),
    "no signal in the list": (
        handler("  body: x", "[]").replace("[]\n", "[]\n          ^\n"),
        "empty-value",
        "",
        None,
    ),
    "nothing to run": (
        "app: o\nhandlers:\n- name: a\n  ^\n  signal: post_save\n  when: created",
        "nothing-to-run",
        "on_create",
        "handlers[0]",
    ),
    "on_create of post_delete": (
        handler("  on_create: x\n  ^", "post_delete"),
        "key-not-for-signal",
        "use body",
        "handlers[0].on_create",
    ),
    "on_create of m2m_changed": (
        handler("  model: P\n  field: f\n  on_create: x\n  ^", "m2m_changed"),
        "key-not-for-signal",
        "on_pre_add, on_add",
        None,
    ),
    "on_add of post_save": (
        handler("  on_add: x\n  ^"),
        "key-not-for-signal",
        "on_create, on_update, on_change",
        None,
    ),
    "on_change of post_delete": (
        handler("  on_change: {a: x}\n  ^", "post_delete"),
        "key-not-for-signal",
        "body",
        None,
    ),
    "branch of a foreign signal": (
        handler("  on_create: x\n  ^", "a.b.c"),
        "key-not-for-signal",
        "body",
        None,
    ),
    "branch where one signal has none": (
        "app: o\nhandlers:\n- name: a\n  signal: [post_save, post_delete]\n  ^\n  on_create: x",
        "mixed-signals",
        "one handler for each",
        "handlers[0].signal",
    ),
    "on_change where one signal has none": (
        "app: o\nhandlers:\n- name: a\n  signal: [post_save, a.b.c]\n  ^\n  on_change: {f: x}",
        "mixed-signals",
        "one handler for each",
        "handlers[0].signal",
    ),
    "enqueue on what one signal does not do": (
        (
            "app: o\nhandlers:\n- name: a\n  signal: [post_save, post_delete]\n  enqueue:\n"
            "  - {task: t, on: delete}\n              ^"
        ),
        "mixed-signals",
        "one handler for each",
        "handlers[0].enqueue[0].on",
    ),
    "raw of post_delete": (
        handler("  body: x\n  raw: run\n  ^", "post_delete"),
        "key-not-for-signal",
        "",
        None,
    ),
    "update_fields of m2m": (
        handler("  model: P\n  field: f\n  body: x\n  update_fields: a\n  ^", "m2m_changed"),
        "key-not-for-signal",
        "",
        None,
    ),
    "field of post_save": (
        handler("  body: x\n  field: tags\n  ^"),
        "key-not-for-signal",
        "",
        None,
    ),
    "m2m without field": (
        "app: o\nhandlers:\n- name: a\n  ^\n  signal: m2m_changed\n  model: P\n  on_add: x",
        "missing-key",
        "add field",
        None,
    ),
    "m2m without model": (
        "app: o\nhandlers:\n- name: a\n  ^\n  signal: m2m_changed\n  field: f\n  on_add: x",
        "missing-key",
        "add model",
        None,
    ),
    "model of post_migrate": (
        handler("  body: x\n  model: A\n  ^", "post_migrate"),
        "key-not-for-signal",
        "remove model",
        None,
    ),
    "model and models": (
        handler("  body: x\n  model: A\n  models: [B]\n  ^"),
        "conflicting-keys",
        "keep one",
        None,
    ),
    "body and implementation": (
        handler("  body: x\n  implementation: y\n  ^"),
        "conflicting-keys",
        "keep body",
        None,
    ),
    "implementation and on_update": (
        handler("  on_update: x\n  implementation: y\n  ^", "pre_save"),
        "conflicting-keys",
        "",
        None,
    ),
    "implementation of two kinds": (
        handler("  implementation: y\n  ^", "[pre_save, post_save]"),
        "conflicting-keys",
        "body",
        None,
    ),
    "signal under a signal": (
        "app: o\nsignals:\n- name: s\n  handlers:\n  - {name: a, body: x, signal: s}\n                       ^",
        "conflicting-keys",
        "remove signal",
        None,
    ),
    "when asks for created": (
        handler("  body: x\n  when: instance.a and created\n        ^", "post_delete"),
        "unknown-argument",
        "it sends instance",
        None,
    ),
    "raw value": (handler("  body: x\n  raw: maybe\n       ^"), "invalid-value", "", None),
    "on_error value": (
        handler("  body: x\n  on_error: logs\n            ^"),
        "invalid-value",
        "did you mean log?",
        None,
    ),
    "bool in quotes": (
        handler("  body: x\n  async: 'true'\n         ^"),
        "wrong-type",
        "remove the quotes",
        None,
    ),
    "bool": (handler("  body: x\n  async: maybe\n         ^"), "wrong-type", "", None),
    "retries": ("app: o\ntasks:\n- name: t\n  retries: -1\n           ^", "wrong-type", "", None),
    "float retries": (
        "app: o\ntasks:\n- name: t\n  retries: 1.5\n           ^",
        "wrong-type",
        "",
        None,
    ),
    "huge retries": (
        f"app: o\ntasks:\n- name: t\n  retries: {'9' * 6000}\n           ^",
        "wrong-type",
        "too big",
        None,
    ),
    "empty body": (handler("  body:\n       ^"), "empty-value", "", "handlers[0].body"),
    "blank body": (handler("  body: ''\n        ^"), "empty-body", "pass", None),
    "list as a body": (handler("  body: [x]\n        ^"), "wrong-type", "|", None),
    "only comments": (handler("  body: |\n    # later\n    ^"), "empty-body", "pass", None),
    "syntax in a block": (
        handler("  body: |\n\n    x = 1\n    y = é +\n           ^\n    z = 1"),
        "python-syntax",
        "",
        "handlers[0].body",
    ),
    "syntax in a quoted body": (
        handler('  body: "x = = 1"\n             ^'),
        "python-syntax",
        "",
        None,
    ),
    "break outside a loop": (handler("  body: |\n    break\n    ^"), "python-syntax", "", None),
    "await without async": (
        handler("  body: await x\n        ^"),
        "python-syntax",
        "async: true",
        None,
    ),
    "yield": (
        handler("  body: |\n    if x:\n        yield x\n        ^"),
        "yield-in-body",
        "",
        None,
    ),
    "folded body": (
        handler("  body: >\n    x = 1\n    y = 2\n    ^"),
        "python-syntax",
        "begin with '|'",
        None,
    ),
    "folded plain body": (
        handler("  body: x = 1\n    y = 2\n    ^"),
        "python-syntax",
        "begin with '|'",
        None,
    ),
    "escaped NUL in a body": (handler('  body: "x\\0"\n         ^'), "python-syntax", "", None),
    "assignment as a guard": (
        handler("  body: x\n  when: a = 1\n        ^"),
        "python-syntax",
        "==",
        None,
    ),
    "statement as a guard": (
        handler("  body: x\n  when: pass\n        ^"),
        "python-syntax",
        "",
        None,
    ),
    "two expressions as a guard": (
        handler("  body: x\n  when: a, b\n        ^"),
        "python-syntax",
        "list",
        None,
    ),
    "true as a guard": (
        handler("  body: x\n  when: true\n        ^"),
        "python-syntax",
        "True",
        None,
    ),
    "comment in a guard": (
        handler("  body: x\n  when: 'a # b'\n         ^"),
        "python-syntax",
        "",
        None,
    ),
    "escape from a guard": (
        handler("  body: x\n  when: 'a) or (b'\n          ^"),
        "python-syntax",
        "",
        None,
    ),
    "yield in a guard": (
        handler("  body: x\n  when: (yield)\n         ^"),
        "yield-in-body",
        "",
        None,
    ),
    "change of no field": (handler("  on_change: {}\n             ^"), "wrong-type", "", None),
    "change of no name": (
        handler("  on_change: {a-b: x}\n              ^"),
        "invalid-name",
        "a_b",
        "handlers[0].on_change['a-b']",
    ),
    "change twice": (
        handler("  on_change: {a: x, a: y}\n                    ^"),
        "duplicate-key",
        "",
        None,
    ),
    "enqueue without task": (
        handler("  enqueue: {on: save}\n           ^"),
        "missing-key",
        "add task",
        None,
    ),
    "enqueue on nothing known": (
        handler("  enqueue: {task: t, on: creat}\n                         ^"),
        "invalid-value",
        "create",
        None,
    ),
    "enqueue on delete of post_save": (
        handler("  enqueue: {task: t, on: delete}\n                     ^"),
        "key-not-for-signal",
        "",
        "handlers[0].enqueue.on",
    ),
    "enqueue of m2m without on": (
        handler("  model: P\n  field: f\n  enqueue:\n  - task: t\n    ^", "m2m_changed"),
        "missing-key",
        "add on: add",
        None,
    ),
    "enqueue nothing": (handler("  enqueue: []\n           ^"), "empty-value", "task", None),
    "enqueue null argument": (
        handler("  enqueue: {task: t, args: [null]}\n                            ^"),
        "python-syntax",
        "None",
        None,
    ),
    "enqueue mapping of arguments": (
        handler("  enqueue: {task: t, args: {a: b}}\n                           ^"),
        "wrong-type",
        "",
        None,
    ),
    "no import": (
        "app: o\nimports:\n- import a\n- print(1)\n  ^",
        "not-an-import",
        "",
        "imports[1]",
    ),
    "import and more": (
        "app: o\nimports: import a; x()\n                   ^",
        "not-an-import",
        "",
        None,
    ),
    "star import": ("app: o\nimports: from a import *\n         ^", "star-import", "", None),
    "future import": (
        "app: o\nimports: from __future__ import annotations\n         ^",
        "not-an-import",
        "",
        None,
    ),
    "broken import": ("app: o\nimports: [from a]\n               ^", "python-syntax", "", None),
    "argument twice": (
        "app: o\nsignals:\n- name: s\n  args: [a, a]\n            ^",
        "duplicate-argument",
        "",
        "signals[0].args[1]",
    ),
    "argument sender": (
        "app: o\nsignals:\n- name: s\n  args: {sender: int}\n         ^",
        "reserved-argument",
        "",
        None,
    ),
    "argument signal": (
        "app: o\nsignals:\n- name: s\n  args: 'a, signal: int'\n            ^",
        "reserved-argument",
        "",
        None,
    ),
    "argument keyword": (
        "app: o\nsignals:\n- name: s\n  args: a, class\n           ^",
        "invalid-name",
        "class_",
        None,
    ),
    "argument default": (
        "app: o\nsignals:\n- name: s\n  args: [a=1]\n         ^",
        "argument-default",
        "'a'",
        None,
    ),
    "argument type": (
        "app: o\nsignals:\n- name: s\n  args: 'a: f()'\n            ^",
        "not-a-type",
        "Decimal",
        None,
    ),
    "argument type syntax": (
        "app: o\nsignals:\n- name: s\n  args: {a: 'int ='}\n            ^",
        "python-syntax",
        "",
        None,
    ),
    "missing argument": (
        "app: o\nsignals:\n- name: s\n  args: 'a,,b'\n           ^",
        "invalid-name",
        "",
        None,
    ),
    "endless name": (f"app: {'a' * 201}\n     ^", "invalid-name", "shorter", None),
    "empty guard": (handler("  body: x\n  when: ''\n        ^"), "empty-value", "", None),
    "broken guard elsewhere": (
        handler("  body: x\n  when: instance.\n                 ^", "request_started"),
        "python-syntax",
        "",
        None,
    ),
    "list as an expression": (
        handler("  enqueue: {task: t, args: [[x]]}\n                            ^"),
        "wrong-type",
        "quotes",
        None,
    ),
    "enqueue number": (
        handler("  enqueue: [t, 3]\n               ^"),
        "invalid-name",
        "",
        "handlers[0].enqueue[1]",
    ),
    "enqueue list": (handler("  enqueue: [[t]]\n            ^"), "wrong-type", "task", None),
    "id as a list": (handler("  body: x\n  id: [a]\n      ^"), "wrong-type", "", None),
    "nothing imported": ("app: o\nimports: ''\n         ^", "not-an-import", "", None),
    "very long key": (f"app: o\n{'k' * 70}: 1\n^", "unknown-key", "allowed", None),
    "lines that do not line up": (
        handler('  body: "  x\\n y"\n         ^'),
        "python-syntax",
        "",
        None,
    ),
    "list as a type": (
        "app: o\nsignals:\n- name: s\n  args: {a: [int]}\n            ^",
        "wrong-type",
        "quotes",
        None,
    ),
    "nothing as an argument": (
        "app: o\nsignals:\n- name: s\n  args: [a, ~]\n            ^",
        "wrong-type",
        "",
        None,
    ),
    "list of lists": (
        "app: o\nsignals:\n- name: s\n  args: [[a]]\n         ^",
        "wrong-type",
        "",
        None,
    ),
    "self of a task": (
        "app: o\ntasks:\n- name: s\n  args: [self]\n         ^",
        "reserved-argument",
        "",
        None,
    ),
    "two signals": ("app: o\nsignals:\n- name: s\n- name: s\n  ^", "duplicate-signal", "", None),
    "two tasks": ("app: o\ntasks:\n- name: s\n- name: s\n  ^", "duplicate-task", "", "tasks[1]"),
    "Django's signal": ("app: o\nsignals:\n- name: post_save\n        ^", "name-taken", "", None),
    "two handlers": (
        handler("  body: x\n- {name: a, signal: post_save, body: x}\n   ^"),
        "duplicate-handler",
        "",
        "handlers[1].name",
    ),
    "two ids": (
        handler("  body: x\n- {name: b, id: a, signal: post_save, body: x}\n            ^"),
        "duplicate-id",
        "",
        None,
    ),
    "two uids": (
        handler(
            "  body: x\n  dispatch_uid: u\n- {name: b, dispatch_uid: u, signal: post_save, body: x}\n            ^"
        ),
        "duplicate-id",
        "",
        None,
    ),
    "handler and task": (
        handler("  body: x\n  ^\ntasks: [{name: a}]")
        .replace("- name: a\n", "- name: a\n  ^\n")
        .replace("body: x\n  ^", "body: x"),
        "name-taken",
        "",
        None,
    ),
    "handler and import": (
        handler("  body: x\nimports: from x import a").replace("- name: a\n", "- name: a\n  ^\n"),
        "name-taken",
        "",
        None,
    ),
    "handler named like its signal": (
        handler("  body: x").replace("name: a\n", "name: post_save\n  ^\n"),
        "name-taken",
        "on_post_save",
        None,
    ),
    "handler named receiver": (
        handler("  body: x").replace("name: a\n", "name: receiver\n  ^\n"),
        "reserved-name",
        "",
        None,
    ),
    "id of two lines": (handler('  body: x\n  id: "a\\nb"\n      ^'), "invalid-text", "", None),
    "merge key": (
        "app: o\nhandlers:\n- &a {name: b, signal: post_save, body: x}\n- {<<: *a, name: c, signal: post_save, body: x}\n   ^",
        "merge-key",
        "alias".replace("alias", "*name"),
        None,
    ),
    "list as a key": ("app: o\n? [a]\n  ^\n: b", "wrong-type", "", None),
}


@pytest.mark.parametrize("name", CASES)
def test_problem(name):
    text, code, hint, path = CASES[name]
    check(text, code, hint=hint, path=path)


def test_all_problems_come_at_once_and_in_order():
    found = problems(
        "version: 3\napp: ../x\nhandlers:\n- name: class\n  signal: post_sav\n  on_creat: 'x = ='\n- 3\nsignals:\n- {name: 1, args: [a, a]}\n"
    )
    assert [(p.line, p.code) for p in found] == [
        (1, "invalid-value"),
        (2, "invalid-app"),
        (4, "invalid-name"),
        (5, "unknown-signal"),
        (6, "unknown-key"),
        (6, "python-syntax"),
        (7, "wrong-type"),
        (9, "invalid-name"),
        (9, "duplicate-argument"),
    ]


def test_a_misspelt_key_is_not_also_missing():
    (problem,) = problems("app: o\nhandlers:\n- {nam: a, signal: post_save, body: x}\n")
    assert problem.code == "unknown-key"


def test_there_is_an_end_to_problems():
    found = problems("app: o\n" + "".join(f"zzzzz{i}: 1\n" for i in range(3000)))
    assert len(found) == 501
    assert found[-1].code == "too-many-problems"


def test_a_message_shows_no_raw_control_characters():
    (problem,) = problems('app: o\n"a\\n\\e[31m": 1\n')
    assert problem.message.isprintable()
    assert problem.path.isprintable()
