"""Signals as packages, projects and the spec really send them: names, senders, types and what is left out."""

from __future__ import annotations

import pytest
from generate_kit import SETTINGS, again, build, django, passing_tests, run

TYPED = {"pyproject.toml": "[tool.signalgen]\ntyped = true\n"}
CUSTOM = """
from django.dispatch import Signal

paid = Signal()


class CustomSignals:
    paid = Signal()
    refunded = Signal()
"""
FILES = {"shop/custom.py": CUSTOM, "shop/loose.py": "from .custom import *\n"}


def one(root, handler: str, files=None):
    return run(build(root, {**FILES, **(files or {})}), f"handlers:\n  - {{name: h, {handler}}}\n")


def head(outcome) -> str:
    lines = outcome.symbol("h").partition(":\n    ")[0].splitlines()
    return " ".join(line.strip() for line in lines if not line.startswith("@"))


@pytest.mark.parametrize(
    ("handler", "parameters"),
    [
        (
            "signal: celery.signals.task_prerun, body: 'print(kwargs)'",
            "sender, task_id, task, args, kwargs, **extra",
        ),
        (
            "signal: celery.signals.task_unknown, body: 'print(id)'",
            "sender, name, id, message, exc, **kwargs",
        ),
        (
            "signal: celery.signals.setup_logging, body: 'print(format)'",
            "sender, loglevel, logfile, format, colorize, **kwargs",
        ),
        (
            "signal: allauth.account.signals.authentication_step_completed, body: 'print(id, type)'",
            "sender, request, user, method, id=None, type=None, **kwargs",
        ),
        (
            "signal: anymail.signals.post_send, body: 'print(status)'",
            "sender, message, status, esp_name, **kwargs",
        ),
        (
            "signal: treebeard.mp_tree.path_updated, body: 'print(new_path)'",
            "sender, old_path, new_path, using, **kwargs",
        ),
        (
            "signal: auditlog.signals.post_log, body: 'print(changes)'",
            "sender, instance, action, changes=None, **kwargs",
        ),
        (
            "signal: post_save, model: Order, body: 'print(update_fields)'",
            "sender, instance, raw, update_fields=None, **kwargs",
        ),
        (
            "signal: pre_save, model: Order, update_fields: [total], body: 'print(1)'",
            "sender, instance, raw, update_fields=None, **kwargs",
        ),
        (
            "signal: post_save, model: Order, body: 'print(created)'",
            "sender, instance, created, raw, **kwargs",
        ),
        (
            "signal: post_delete, model: Order, body: 'print(origin)'",
            "sender, instance, origin, **kwargs",
        ),
        (
            "signal: somewhere.signals.sent, body: 'print(reason, kwargs)'",
            "sender, reason, **kwargs",
        ),
    ],
)
def test_what_is_sent(handler, parameters, tmp_path):
    outcome = one(tmp_path, handler)
    assert outcome.problems == ()
    assert head(outcome).replace(", )", ")") == f"def h({parameters})"


@pytest.mark.parametrize(
    ("handler", "types", "imports"),
    [
        (
            "signal: safedelete.signals.post_softdelete, model: Order, body: 'print(instance)'",
            "instance: Order, using: str",
            ["from .models import Order"],
        ),
        (
            "signal: django_fsm.signals.post_transition, model: Order, body: 'print(target)'",
            "instance: Order, name: Any",
            ["from .models import Order"],
        ),
        (
            "signal: safedelete.signals.post_softdelete, body: 'print(instance)'",
            "instance: Model, using: str",
            ["from django.db.models import Model"],
        ),
        (
            "signal: django_rest_passwordreset.signals.reset_password_token_created, body: 'print(1)'",
            "instance: Any, reset_password_token: Any",
            [],
        ),
        (
            "signal: simple_history.signals.post_create_historical_record, body: 'print(1)'",
            "using: str | None",
            ["from django.db.models import Model"],
        ),
        (
            "signal: user_logged_in, body: 'print(1)'",
            'request: HttpRequest, user: "User"',
            [],
        ),
        (
            "signal: wagtail.signals.page_published, model: wagtail.models.Page, body: 'print(1)'",
            "instance: Page, **kwargs",
            ["from wagtail.models import Page"],
        ),
    ],
)
def test_types_are_what_is_sent(handler, types, imports, tmp_path):
    outcome = one(tmp_path, handler, TYPED)
    assert outcome.problems == ()
    assert types in head(outcome).replace(", )", ")")
    text = outcome.text("shop/signals.py")
    assert [line for line in text.splitlines() if line in imports] == imports


def test_logins_of_channels_have_no_request(tmp_path):
    settings = SETTINGS.replace('"shop"]', '"shop", "channels"]')
    outcome = one(
        tmp_path,
        "signal: user_logged_in, body: 'print(1)'",
        {**TYPED, "config/settings.py": settings},
    )
    assert 'request: HttpRequest | None, user: "User"' in head(outcome)


@pytest.mark.parametrize(
    ("handler", "decorator", "line"),
    [
        (
            "signal: reversion.signals.post_revision_commit, sender: reversion.create_revision",
            "post_revision_commit, sender=create_revision",
            "from reversion import create_revision",
        ),
        (
            "signal: wagtail.signals.page_published, model: wagtail.models.Page",
            "page_published, sender=Page",
            "from wagtail.models import Page",
        ),
        (
            "signal: djoser.signals.user_registered, sender: djoser.views.UserViewSet",
            "user_registered, sender=UserViewSet",
            "from djoser.views import UserViewSet",
        ),
        (
            "signal: shop.custom.CustomSignals.paid",
            "CustomSignals.paid",
            "from .custom import CustomSignals",
        ),
        (
            "signal: [shop.custom.CustomSignals.paid, shop.custom.CustomSignals.refunded]",
            "[CustomSignals.paid, CustomSignals.refunded]",
            "from .custom import CustomSignals",
        ),
        ("signal: shop.custom.paid", "paid", "from .custom import paid"),
        ("signal: shop.loose.anything", "anything", "from .loose import anything"),
    ],
)
def test_senders_and_signals_of_other_modules(handler, decorator, line, tmp_path):
    outcome = one(tmp_path, f"{handler}, body: 'print(sender)'")
    assert outcome.problems == ()
    assert f"@receiver({decorator}, dispatch_uid=" in outcome.symbol("h")
    assert f"{line}\n" in outcome.text("shop/signals.py")


@pytest.mark.parametrize(
    ("signal", "hint"),
    [
        (
            "allauth.account.signals.user_sign_up",
            "did you mean allauth.account.signals.user_signed_up?",
        ),
        ("django_fsm.signals.post_transitions", "did you mean django_fsm.signals.post_transition?"),
        ("celery.signals.task_sucess", "did you mean celery.signals.task_success?"),
        (
            "django.db.models.signals.post_saved",
            "did you mean 'django.db.models.signals.post_save'",
        ),
        ("django.core.signals.nothing_like_it", ""),
        ("shop.custom.pad", "did you mean 'shop.custom.paid'?"),
        ("shop.custom.CustomSignals.payd", ""),
    ],
)
def test_a_signal_that_its_module_does_not_have(signal, hint, tmp_path):
    (problem,) = one(tmp_path, f"signal: {signal}, body: 'print(1)'").problems
    assert (problem.code, problem.line) == ("unknown-signal", 3)
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    "signal",
    [
        "allauth.account.signals.something_of_next_year",
        "somewhere.signals.user_sign_up",
        "shop.custom.paid",
        "shop.loose.paid",
        "shop.custom.CustomSignals.refunded",
    ],
)
def test_a_signal_that_its_module_may_have(signal, tmp_path):
    assert one(tmp_path, f"signal: {signal}, body: 'print(1)'").problems == ()


@pytest.mark.parametrize(
    ("handler", "hint"),
    [
        (
            "signal: djoser.signals.user_registered, model: settings.AUTH_USER_MODEL",
            "leave out the model",
        ),
        ("signal: notifications.signals.notify, model: Order", "leave out the model"),
        (
            "signal: simple_history.signals.post_create_historical_record, model: Order",
            "use model: Order.history.model",
        ),
        ("signal: djoser.signals.user_registered", ""),
        (
            "signal: simple_history.signals.post_create_historical_record, model: Order.history.model",
            "",
        ),
        ("signal: allauth.account.signals.password_changed, model: settings.AUTH_USER_MODEL", ""),
        ("signal: safedelete.signals.post_softdelete, model: Order", ""),
    ],
)
def test_a_model_that_never_sends_it(handler, hint, tmp_path):
    outcome = one(tmp_path, f"{handler}, body: 'print(1)'")
    assert outcome.problems == ()
    notes = [note for note in outcome.result.notes if note.code == "other-senders"]
    assert [note.hint for note in notes] == ([hint] if hint else [])


ODD = """
signals:
  - name: odd
    args: {id: int, type: str, format: str, args: list}
    handlers:
      - {name: h, body: 'Tag.objects.create(name=f"{id} {type} {format} {args} {len(kwargs)}")'}
  - name: even
    args: {value: int}
    handlers:
      - {name: e, body: 'Tag.objects.create(name=f"{value} {len(kwargs)}")'}
handlers:
  - {name: t, signal: celery.signals.task_prerun, body: 'Tag.objects.create(name=f"{args} {kwargs}")'}
  - {name: s, signal: post_save, model: Order, on_change: {status: 'Tag.objects.create(name=f"{old} {new}")'}}
  - {name: c, signal: shop.custom.CustomSignals.paid, body: 'Tag.objects.create(name="paid")'}
"""


@pytest.mark.parametrize("typed", [{}, TYPED])
def test_names_that_python_has_too(typed, tmp_path):
    root = build(tmp_path, {**FILES, **typed})
    run(root, ODD).write()
    assert again(root, ODD) == []
    out = django(
        root,
        """
        from crm.tasks import push
        from django.db.models.signals import post_save
        from shop import senders
        from shop.custom import CustomSignals
        senders.send_odd(id=1, type="a", format="b", args=[2])
        senders.send_even(value=3)
        push.apply(args=[4], kwargs={"text": "a"})
        order = Order.objects.create(customer=Customer.objects.create())
        # As django-oscar sends it, without update_fields.
        post_save.send(sender=Order, instance=order, created=False, raw=False, using="default")
        CustomSignals.paid.send(sender=None)
        print(*Tag.objects.order_by("pk").values_list("name", flat=True), sep="|")
        """,
    )
    assert out.strip() == "1 a b [2] 1|3 1|[4] {'text': 'a'}|paid"
    assert passing_tests(root) > 5
