"""Two things of one name in one module: an alias, or an error where it cannot be."""

from __future__ import annotations

import pytest
from generate_kit import build, django, run

LOGIN = "allauth.account.signals.user_logged_in"
ALLAUTH = {
    "allauth/__init__.py": "",
    "allauth/account/__init__.py": "",
    "allauth/account/signals.py": "from django.dispatch import Signal\n\nuser_logged_in = Signal()\n",
}
CRM = {
    "crm/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    pass\n\n\nclass Lead(models.Model):\n    pass\n"
}
BOTH = f"""
handlers:
  - {{name: heard, signal: user_logged_in, body: Tag.objects.create(name="django")}}
  - {{name: social, signal: {LOGIN}, body: Tag.objects.create(name="allauth")}}
"""


def imports(outcome) -> list[str]:
    return [line for line in outcome.text("shop/signals.py").splitlines() if " import " in line]


@pytest.mark.parametrize(
    ("spec", "line", "decorator"),
    [
        (
            BOTH,
            "from allauth.account.signals import user_logged_in as allauth_user_logged_in",
            "@receiver(allauth_user_logged_in,",
        ),
        (
            f"handlers: [{{name: user_logged_in, signal: {LOGIN}, body: len(kwargs)}}]",
            "from allauth.account.signals import user_logged_in as allauth_user_logged_in",
            "@receiver(allauth_user_logged_in,",
        ),
        (
            (
                "signals: [{name: paid, args: [x]}]\n"
                "handlers:\n"
                "  - {name: a, signal: paid, body: len(x)}\n"
                "  - {name: b, signal: shopkit.signals.paid, body: len(kwargs)}\n"
            ),
            "from shopkit.signals import paid as shopkit_paid",
            "@receiver(shopkit_paid,",
        ),
        (
            (
                "celery_tasks: [{name: notify, args: [pk]}]\n"
                "handlers:\n"
                "  - {name: a, signal: notifications.signals.notify, body: len(kwargs)}\n"
                "  - {name: b, signal: post_save, model: Order, body: notify.delay(instance.pk)}\n"
            ),
            "from notifications.signals import notify as notifications_notify",
            "@receiver(notifications_notify,",
        ),
        (
            (
                "handlers:\n"
                "  - {name: a, signal: notifications.signals.notify, body: len(kwargs)}\n"
                "  - {name: b, signal: post_save, model: Order, body: notify.delay(instance.pk)}\n"
            ),
            "from notifications.signals import notify as notifications_notify",
            "@receiver(notifications_notify,",
        ),
        (
            (
                "imports: [from crm.models import Order]\n"
                "handlers: [{name: a, signal: post_save, model: shop.Order, body: Order.objects.count()}]\n"
            ),
            "from .models import Order as ShopOrder",
            "@receiver(post_save, sender=ShopOrder,",
        ),
        (
            (
                "handlers:\n"
                "  - {name: a, signal: post_save, model: Order, body: len(kwargs)}\n"
                "  - {name: b, signal: post_save, model: crm.Order, body: len(kwargs)}\n"
            ),
            "from crm.models import Order as CrmOrder",
            "@receiver(post_save, sender=CrmOrder,",
        ),
        (
            (
                "handlers:\n"
                "  - {name: a, signal: post_save, model: taggit.models.Label, body: len(kwargs)}\n"
                "  - {name: b, signal: post_save, model: wagtail.tags.Label, body: len(kwargs)}\n"
            ),
            "from wagtail.tags import Label as WagtailLabel",
            "@receiver(post_save, sender=WagtailLabel,",
        ),
    ],
)
def test_the_second_of_a_name_is_imported_under_another(spec, line, decorator, tmp_path):
    root = build(tmp_path, CRM)
    outcome = run(root, spec)
    assert outcome.problems == ()
    assert line in imports(outcome)
    assert decorator in outcome.text("shop/signals.py")


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        (
            f"handlers: [{{name: a, signal: {LOGIN}, body: len(kwargs)}}]",
            "from allauth.account.signals import user_logged_in",
        ),
        (
            "handlers: [{name: a, signal: user_logged_in, body: len(kwargs)}]",
            "from django.contrib.auth.signals import user_logged_in",
        ),
        (
            "handlers: [{name: a, signal: post_save, model: crm.Order, body: len(kwargs)}]",
            "from crm.models import Order as CrmOrder",
        ),
        (
            "handlers: [{name: a, signal: post_save, model: crm.Lead, body: Lead.objects.count()}]",
            "from crm.models import Lead",
        ),
    ],
)
def test_a_name_that_means_one_thing_stays_as_it_is(spec, line, tmp_path):
    outcome = run(build(tmp_path, CRM), spec)
    assert outcome.problems == ()
    assert line in imports(outcome)


def test_across_runs(tmp_path):
    # The module's habit: what it has under another name goes on to be called that.
    root = build(tmp_path, CRM)
    run(root, BOTH).write()
    later = f"handlers: [{{name: more, signal: {LOGIN}, body: len(kwargs)}}]"
    text = run(root, later).symbol("more")
    assert text.startswith("@receiver(allauth_user_logged_in,")
    alone = f"handlers: [{{name: social, signal: {LOGIN}, body: Tag.objects.create(name='a')}}]"
    assert run(root, alone).symbol("social").startswith("@receiver(allauth_user_logged_in,")


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            (
                "imports: [from crm.models import Order]\n"
                "handlers: [{name: b, signal: post_save, model: crm.Order, body: Order.objects.count()}]\n"
            ),
            "'Order' is shop.models.Order in shop/signals.py, not crm.models.Order",
        ),
        (
            (
                "celery_tasks: [{name: notify, args: [pk]}]\n"
                "handlers: [{name: b, signal: post_save, model: Order, body: notify.delay(instance.pk)}]\n"
            ),
            "'notify' is notifications.signals.notify in shop/signals.py, not shop.tasks.notify",
        ),
    ],
)
def test_a_body_that_would_mean_what_an_earlier_run_imported_is_refused(spec, message, tmp_path):
    root = build(tmp_path, CRM)
    first = (
        "handlers:\n"
        "  - {name: a, signal: notifications.signals.notify, body: len(kwargs)}\n"
        "  - {name: c, signal: post_save, model: Order, body: Order.objects.count()}\n"
    )
    run(root, first).write()
    problems = run(root, spec).problems
    assert [(p.code, p.message) for p in problems] == [("name-taken", message)]
    assert "as other_" in problems[0].hint


def test_a_module_that_exports_the_name_again_is_the_same_thing(tmp_path):
    files = {"crm/__init__.py": "", "shop/signals.py": "from crm.models import Lead\n"}
    spec = (
        "imports: [from crm.models import Lead]\n"
        "handlers: [{name: b, signal: post_save, model: Order, body: Lead.objects.count()}]\n"
    )
    assert run(build(tmp_path, files), spec).problems == ()


def test_each_receiver_hears_its_own(tmp_path):
    root = build(tmp_path, {**ALLAUTH, **CRM})
    run(root, BOTH).write()
    out = django(
        root,
        """
        from allauth.account.signals import user_logged_in as other
        from django.contrib.auth.signals import user_logged_in
        user_logged_in.receivers = [r for r in user_logged_in.receivers if "shop.heard" in r[0]]
        user_logged_in.send(None, request=None, user=None)
        print(*Tag.objects.values_list("name", flat=True))
        other.send(None, request=None, user=None)
        print(*Tag.objects.values_list("name", flat=True))
        """,
    )
    assert out.splitlines() == ["django", "django allauth"]
