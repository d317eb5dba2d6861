"""Mail, requests, messages and cache deletes wait for the commit, or a note says why they do not."""

from __future__ import annotations

import pytest
from generate_kit import build, django, run

ORDER = "{name: a, model: Order, signal: post_save"
LAYER = "layer = get_channel_layer()\\nasync_to_sync(layer.group_send)('o', {'pk': instance.pk})"
WAITING = {
    "send_mail('a', '', None, ['b'])": "partial(send_mail, 'a', '', None, ['b'])",
    "send_mass_mail([])": "partial(send_mass_mail, [])",
    "mail_admins('a', 'b')": "partial(mail_admins, 'a', 'b')",
    "mail.mail_managers('a', 'b')": "partial(mail.mail_managers, 'a', 'b')",
    "EmailMessage('a').send()": "EmailMessage('a').send",
    "m = EmailMessage('a')\\nm.to = ['b']\\nm.send()": "m.send",
    "requests.post('x', json={'pk': instance.pk}, timeout=3)": (
        "partial(requests.post, 'x', json={'pk': instance.pk}, timeout=3)"
    ),
    "httpx.get('x')": "partial(httpx.get, 'x')",
    "urllib.request.urlopen('x')": "partial(urllib.request.urlopen, 'x')",
    "s = requests.Session()\\ns.post('x')": "partial(s.post, 'x')",
    LAYER: "partial(async_to_sync(layer.group_send), 'o', {'pk': instance.pk})",
    "cache.delete('a')": "partial(cache.delete, 'a')",
    "caches['default'].clear()": "caches['default'].clear",
    "cache.incr_version('a')": "partial(cache.incr_version, 'a')",
    "cache.delete_many(f'{i}' for i in range(3))": (
        "partial(cache.delete_many, [f'{i}' for i in range(3)])"
    ),
    "for i in (1, 2):\\n    cache.delete(i)": "partial(cache.delete, i)",
    "for i in (1, 2):\\n    m = EmailMessage('a')\\n    m.to = [i]\\n    m.send()": "m.send",
    "if cache.get('a'):\\n    cache.delete('a')": "partial(cache.delete, 'a')",
    "with transaction.atomic():\\n    cache.delete('a')": "partial(cache.delete, 'a')",
}
AT_ONCE = {
    "value_used": ("if cache.delete('a'): pass", "its result is used"),
    "handled": (
        "try:\\n    cache.incr_version('a')\\nexcept ValueError:\\n    pass",
        "it is inside a try statement",
    ),
    "finally": (
        "try:\\n    instance.total = 1\\nfinally:\\n    cache.delete('a')",
        "it is inside a try statement",
    ),
    "suppressed": ("with suppress(ValueError):\\n    cache.delete('a')", "it is inside `with"),
    "filled_again": ("cache.delete('a')\\ncache.set('a', 1)", "set() of the same body"),
    "a_lock": (
        "if cache.add('a', 1):\\n    cache.delete('a')",
        "add() of the same body needs it at once",
    ),
    "an_error_follows": (
        "if instance.total:\\n    cache.clear()\\n    raise ValueError",
        "an error follows it",
    ),
    "altered": ("ks = ['a']\\ncache.delete_many(ks)\\nks.append('b')", "ks changes after it"),
    "altered_in_the_loop": (
        "ks = []\\nfor i in (1, 2):\\n    ks.append(i)\\n    cache.delete_many(ks)",
        "ks changes after it",
    ),
}
STAYS = {
    "not_to_wait": f"{ORDER}, defer_effects: false, body: \"cache.delete('a')\"}}",
    "outside_a_write": "{name: a, signal: request_finished, body: \"cache.delete('a')\"}",
    "kept_open": f"{ORDER}, body: \"s = smtplib.SMTP('x')\\ns.login('a', 'b')\\ns.quit()\"}}",
    "waits_already": f'{ORDER}, body: "transaction.on_commit(cache.clear)"}}',
    "a_parameter": "{name: a, model: Order, signal: post_save, body: instance.photo.delete()}",
    "another_cache": f'{ORDER}, body: "cache = {{}}\\ncache.clear()"}}',
    "under_after_commit": f"{ORDER}, after_commit: cache.clear()}}",
    "only_read": f"{ORDER}, body: \"cache.get('a')\\ncache.set('a', 1)\"}}",
    "function_for_later": f'{ORDER}, body: "def f():\\n    cache.clear()\\nprint(f)"}}',
}


@pytest.mark.parametrize("body", WAITING)
def test_it_waits_for_the_commit(body, tmp_path):
    outcome = run(build(tmp_path), f'handlers: [{ORDER}, body: "{body}"}}]')
    written = outcome.symbol("a").replace('"', "'")
    told = "".join(written.split()).replace(",),", "),")
    assert f"transaction.on_commit({''.join(WAITING[body].split())},using=using)" in told
    assert [note.code for note in outcome.result.notes if note.code == "SG101"] == []
    assert all(note.code != "effect-before-commit" for note in outcome.result.notes)


@pytest.mark.parametrize("name", AT_ONCE)
def test_where_it_cannot_wait_a_note_names_the_way(name, tmp_path):
    body, why = AT_ONCE[name]
    outcome = run(build(tmp_path), f'handlers: [{ORDER}, body: "{body}"}}]')
    assert "on_commit" not in outcome.symbol("a")
    (note,) = [note for note in outcome.result.notes if note.code == "effect-before-commit"]
    assert why in note.message
    assert note.line == 2
    assert "after_commit:" in note.hint
    assert "defer_effects: false" in note.hint


@pytest.mark.parametrize("name", STAYS)
def test_nothing_is_said_or_moved(name, tmp_path):
    spec = STAYS[name]
    outcome = run(build(tmp_path), f"handlers: [{spec}]")
    assert outcome.symbol("a").count("on_commit") == ("commit" in spec)
    assert [note for note in outcome.result.notes if "effect" in note.code] == []


def test_an_async_receiver_waits_in_its_own_way(tmp_path):
    body = "await cache.adelete('a')\\nawait get_channel_layer().group_send('o', {})"
    outcome = run(build(tmp_path), f'handlers: [{ORDER}, async: true, body: "{body}"}}]')
    text = outcome.symbol("a")
    waiting = 'transaction.on_commit)(partial(cache.delete, "a"), using=using)'
    assert waiting in text.replace("'", '"')
    assert "await get_channel_layer().group_send(" in text


@pytest.mark.parametrize(("django", "robust"), [("5.2", False), ("6.1", True)])
def test_a_logged_error_is_logged_after_the_commit_too(django, robust, tmp_path):
    files = {"requirements.txt": f"Django=={django}.*\ncelery==5.5.*\n"}
    body = "cache.delete('a')\\npush.delay(1, 'x')"
    text = run(
        build(tmp_path, files), f'handlers: [{ORDER}, on_error: log, body: "{body}"}}]'
    ).symbol("a")
    assert text.count("robust=True") == robust
    assert ('cache.delete, "a"), using=using, robust=True' in text.replace("'", '"')) == robust


def test_both_keys_are_apart(tmp_path):
    body = "push.delay(1, 'x')\\ncache.clear()"
    spec = f'handlers: [{ORDER}, defer_tasks: false, body: "{body}"}}]'
    text = run(build(tmp_path), spec).symbol("a")
    assert "    push.delay(" in text
    assert "transaction.on_commit(cache.clear, using=using)" in text
    text = run(build(tmp_path), spec.replace("defer_tasks", "defer_effects")).symbol("a")
    assert "partial(push.delay" in text
    assert "    cache.clear()" in text


SPEC = """
model: Order
handlers:
  - name: tell
    signal: post_save
    body: |
      send_mail(f"Order {instance.pk}", "", "a@b.org", ["c@d.org"])
      cache.delete(f"order:{instance.pk}")
  - name: gone
    signal: post_delete
    body: |
      message = EmailMessage(f"Gone {instance.pk}", "", "a@b.org", ["c@d.org"])
      message.send()
      cache.delete_many(f"{kind}:{instance.pk}" for kind in ("order", "lines"))
  - name: early
    signal: post_save
    defer_effects: false
    body: |
      cache.set("early", 1)
      cache.delete("late")
"""
STORY = """
    from django.core import mail
    from django.core.cache import cache
    from django.db import transaction
    import logging
    logging.disable()
    mail.outbox = []

    def state(*words):
        cached = [key for key in ("order:1", "lines:1", "late") if cache.get(key)]
        print(*words, [message.subject for message in mail.outbox], cached)

    for using in ("default", "other"):
        mail.outbox.clear()
        customer = Customer.objects.using(using).create(name="c")
        cache.set_many({"order:1": 1, "lines:1": 1, "late": 1})
        try:
            with transaction.atomic(using=using):
                Order.objects.using(using).create(customer=customer)
                state("in", using)
                raise ValueError
        except ValueError:
            state("rolled back")
        with transaction.atomic(using=using):
            order = Order.objects.using(using).create(pk=1, customer=customer)
            with transaction.atomic(using={"default": "other", "other": "default"}[using]):
                pass
            state("in", using)
        state("committed")
        cache.set_many({"order:1": 1, "lines:1": 1})
        mail.outbox.clear()
        with transaction.atomic(using=using):
            order.delete()
            state("in", using)
        state("deleted")
"""


def test_it_happens_after_the_commit_of_its_database_and_never_after_a_rollback(tmp_path):
    settings = 'EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"\n'
    root = build(tmp_path)
    path = root / "config/settings.py"
    path.write_text(path.read_text() + settings)
    run(root, SPEC).write()
    early = "[] ['order:1', 'lines:1']"
    expected = []
    for using in ("default", "other"):
        expected += [
            f"in {using} {early}",
            f"rolled back {early}",
            f"in {using} {early}",
            "committed ['Order 1'] ['lines:1']",
            f"in {using} {early}",
            "deleted ['Gone 1'] []",
        ]
    assert django(root, STORY).splitlines() == expected
