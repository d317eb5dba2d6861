"""What a good spec becomes, and where its values say they stand."""

from textwrap import dedent

import pytest

from signalgen.spec import read_spec


def read(text, **options):
    return read_spec(
        dedent(text).encode(), file="orders.yaml", source=options.get("source", "orders.yaml")
    )


def handler(text, head="app: orders\nmodel: Order\n"):
    body = "\n".join(
        "    " + line
        for line in (dedent(text) if text.startswith("\n") else text).strip("\n").split("\n")
    )
    return read_spec(f"{head}handlers:\n  -\n{body}\n".encode(), file="o", source="o").handlers[0]


def names(refs):
    return [ref.text for ref in refs]


def test_the_smallest_spec_has_nothing_but_an_app():
    spec = read("app: shop.apps.orders")
    assert (spec.app.text, spec.handlers, spec.tasks, spec.signals) == (
        "shop.apps.orders",
        (),
        (),
        (),
    )
    assert (spec.typed, spec.task_backend, spec.source) == (None, None, "orders.yaml")
    assert spec.test_detail is None


def test_a_bom_is_not_part_of_the_text():
    spec = read_spec(b"\xef\xbb\xbfapp: orders\r\nhandlers: []\r\n", file="o", source="o")
    assert (spec.app.mark.line, spec.app.mark.column) == (1, 6)
    assert spec.lines == ("app: orders", "handlers: []")


def test_top_level_keys():
    spec = read(
        "version: 1\napp: orders\ntyped: yes\ntask_backend: django\ntest_detail: full\n"
        "handlers:\nsignals:\nimports:\n"
    )
    assert (spec.typed, spec.task_backend, spec.test_detail) == (True, "django", "full")


def test_every_line_of_a_block_body_can_be_pointed_at():
    found = handler(
        """
        name: a
        signal: post_save
        on_create: |  # a note

          first()
          # comment

          second()

        on_update: pass
        """
    )
    code = found.branches["on_create"]
    assert code.text == "first()\n# comment\n\nsecond()"
    place = code.at(4, 2)
    assert (code.mark.line, code.mark.column) == (9, 7)
    assert (place.line, place.column, place.path) == (12, 9, "handlers[0].on_create")


@pytest.mark.parametrize(
    ("written", "text", "line", "column"),
    [
        ("body: go()", "go()", 7, 11),
        ('body: "go()"', "go()", 7, 12),
        ("body: &a go()", "go()", 7, 14),
        ("body: &a\n  go()", "go()", 8, 7),
        ("body: |2-\n    go()\n    on()", "go()\non()", 8, 9),
        ("body: >\n\n  go()", "go()", 9, 7),
        ("body: !!str 'go()'", "go()", 7, 18),
        ("body: |\n  x = '''\n   \n  '''", "x = '''\n \n'''", 8, 7),
    ],
)
def test_where_a_body_begins(written, text, line, column):
    code = handler(f"name: a\nsignal: post_save\n{written}").body
    assert (code.text, code.mark.line, code.mark.column) == (text, line, column)


def test_the_spec_model_is_the_sender_of_model_signals_only():
    assert names(handler("{name: a, signal: post_save, body: x}").models) == ["Order"]
    assert names(
        handler("{name: a, signal: django.db.models.signals.post_save, body: x}").models
    ) == ["Order"]
    assert names(handler("{name: a, signal: [pre_save, post_delete], body: x}").models) == ["Order"]
    assert names(handler("{name: a, signal: post_save, models: [A, b.C], body: x}").models) == [
        "A",
        "b.C",
    ]
    assert names(
        handler("{name: a, signal: post_save, sender: settings.AUTH_USER_MODEL, body: x}").models
    ) == ["settings.AUTH_USER_MODEL"]
    for signal in (
        "user_logged_in",
        "post_migrate",
        "class_prepared",
        "shop.signals.paid",
        "[post_save, post_migrate]",
    ):
        assert handler(f"{{name: a, signal: {signal}, body: x}}").models == ()


def test_implementation_is_the_body_except_under_pre_save():
    folded = handler("{name: a, signal: post_save, implementation: x}")
    assert (folded.body.text, folded.implementation) == ("x", None)
    assert folded.place("body").path == "handlers[0].implementation"
    kept = handler("{name: a, signal: pre_save, implementation: x, body: y}")
    assert (kept.body.text, kept.implementation.text) == ("y", "x")


def test_every_handler_key():
    found = handler(
        """
        name: a
        id: old a
        description: 42
        signal: post_save
        when: instance.total > 0
        update_fields: [status, total]
        raw: run
        body: one()
        on_create: two()
        on_update: three()
        on_change: {status: "log(old, new)"}
        enqueue:
          - {task: send, on: create, args: [instance.pk, True, 3, "'x'"]}
          - {task: other}
          - third
        after_commit: four()
        defer_tasks: no
        on_error: log
        async: true
        dispatch_uid: x.y
        recursion: guarded
        """
    )
    assert (found.name, found.id, found.description, found.dispatch_uid) == (
        "a",
        "old a",
        "42",
        "x.y",
    )
    assert names(found.update_fields) == ["status", "total"]
    assert (found.raw, found.defer_tasks, found.on_error) == ("run", False, "log")
    assert (found.is_async, found.recursion) == (True, "guarded")
    assert {key: code.text for key, code in found.branches.items()} == {
        "on_create": "two()",
        "on_update": "three()",
    }
    assert found.on_change["status"].text == "log(old, new)"
    assert [(e.task.text, e.on, [a.text for a in e.args]) for e in found.enqueue] == [
        ("send", "create", ["instance.pk", "True", "3", "'x'"]),
        ("other", "save", []),
        ("third", "save", []),
    ]
    assert found.after_commit.text == "four()"
    assert found.place("on_error").line == 22


def test_what_an_entry_without_on_waits_for():
    def on(signal):
        return handler(f"{{name: a, signal: {signal}, enqueue: {{task: t}}}}").enqueue[0].on

    assert [on("post_delete"), on("pre_save"), on("user_logged_in"), on("a.b.c")] == [
        "delete",
        "save",
        "send",
        "send",
    ]


def test_m2m_branches_and_a_through_sender():
    found = handler(
        "{name: a, signal: m2m_changed, model: Product, field: tags, on_add: x, on_pre_clear: y}"
    )
    assert (found.field.text, sorted(found.branches)) == ("tags", ["on_add", "on_pre_clear"])
    assert (
        handler("{name: a, signal: m2m_changed, sender: Product.tags.through, body: x}").field
        is None
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[order_id]", [("order_id", None)]),
        ("{payment: Payment, amount: }", [("payment", "Payment"), ("amount", None)]),
        ('"a, b: Decimal"', [("a", None), ("b", "Decimal")]),
        ("a, b", [("a", None), ("b", None)]),
        ("[a: int, 'b: dict[str, int]']", [("a", "int"), ("b", "dict[str, int]")]),
        ("'a: dict[str, int], b: str | None,'", [("a", "dict[str, int]"), ("b", "str | None")]),
        ("", []),
        ("[]", []),
    ],
)
def test_arguments_in_every_spelling(written, expected):
    spec = read(
        f"app: orders\nsignals:\n  - name: paid\n    args: {written}\ntasks:\n  - name: t\n    args: {written}\n"
    )
    assert [(arg.name, arg.annotation) for arg in spec.signals[0].args] == expected
    assert [(arg.name, arg.annotation) for arg in spec.tasks[0].args] == expected


def test_an_argument_in_a_string_knows_its_column():
    spec = read('app: o\nsignals:\n- name: paid\n  args: "a,  b: Decimal"\n')
    assert [arg.mark.column for arg in spec.signals[0].args] == [10, 14]


def test_tasks():
    spec = read(
        """
        app: orders
        celery_tasks:
          - {name: own, app: orders, retries: 3, backoff: false, queue: mail, description: Mail.}
          - {name: push, app: notifications}
        """
    )
    own, push = spec.tasks
    assert (own.app, own.retries, own.backoff, own.queue, own.description) == (
        None,
        3,
        False,
        "mail",
        "Mail.",
    )
    assert (push.app, push.retries, push.backoff) == ("notifications", None, True)


def test_signals_and_their_handlers():
    spec = read(
        """
        app: orders
        handlers:
          - {name: early, signal: paid, body: x}
        signals:
          - name: paid
            sender: Payment
            send: send_robust
            handlers:
              - {name: receipt, body: x}
        """
    )
    signal = spec.signals[0]
    assert (signal.sender.text, signal.send) == ("Payment", "send_robust")
    assert names(signal.handlers[0].signals) == names(spec.handlers[0].signals) == ["paid"]
    assert signal.handlers[0].mark.path == "signals[0].handlers[0]"


def test_import_statements_one_by_one():
    spec = read(
        "app: o\nimports:\n  - |\n    import a.b\n    from c import (\n        d,\n    )\n  - from e import é as f; import g\n"
    )
    assert [(code.text, code.mark.line, code.mark.column) for code in spec.imports] == [
        ("import a.b", 4, 5),
        ("from c import (\n    d,\n)", 5, 5),
        ("from e import é as f", 8, 5),
        ("import g", 8, 27),
    ]


def test_words_that_yaml_takes_for_truth_values_stay_words():
    found = handler("{name: on, signal: post_save, on_change: {yes: x, no: y}}")
    assert (found.name, list(found.on_change)) == ("on", ["yes", "no"])


def test_aliases_share_values():
    spec = read(
        "app: o\nhandlers:\n- &h {name: a, signal: post_save, body: &b 'x()'}\n- {name: b, signal: post_save, body: *b}\n"
    )
    assert [h.body.text for h in spec.handlers] == ["x()", "x()"]
    assert spec.handlers[1].body.mark.path == "handlers[1].body"


@pytest.mark.parametrize(
    "body",
    [
        "return",
        "def inner():\n    yield 1",
        "x = [i for i in y]",
        "if x:\n    return 1\nelse:\n    pass",
        "x = '\\d'",
        "global counter\ncounter += 1",
        "with transaction.atomic():\n    f(lambda: (yield))",
    ],
)
def test_bodies_that_are_fine(body):
    indented = "\n".join("    " + line for line in body.split("\n"))
    assert handler(f"name: a\nsignal: post_save\nbody: |\n{indented}").body.text == body


def test_an_async_body_may_await():
    found = handler("{name: a, signal: post_save, async: true, when: await check(), body: await x}")
    assert found.is_async


@pytest.mark.parametrize(
    "when", ["created", "instance.pk and created", "request", "lambda: instance", "'created'"]
)
def test_guards_that_are_fine(when):
    assert handler(f"name: a\nsignal: post_save\nbody: x\nwhen: |\n  {when}").when.text == when


@pytest.mark.parametrize(
    "written",
    [
        "{name: a, signal: m2m_changed, field: tags, on_add: x}",
        "{name: a, signal: a.b.c, model: X, body: x}",
        "{name: a, signal: user_logged_in, model: auth.User, body: x}",
        "{name: a, signal: [post_save, post_delete], body: x, raw: run}",
        "{name: a, signal: [pre_save, post_save], on_change: {f: x}, enqueue: [{task: t, on: save}]}",
        "{name: a, signal: [pre_delete, post_delete], enqueue: [{task: t, on: delete}]}",
        "{name: a, signal: a.b.c, body: x, when: created}",
        "{name: a, signal: [post_save, a.b.c], body: x, when: pk_set}",
    ],
)
def test_handlers_that_are_fine(written):
    assert handler(written).name == "a"
