"""What the gate says, and at which line of the spec; as many cases in which it says nothing."""

from __future__ import annotations

import pytest
from gate_kit import judge

ORDER = "model: Order\n"
ERRORS = {
    "an_alias_is_saved": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              row = instance

              row.save()  !SG201
        """,
    "two_handlers_call_each_other": """
        handlers:
          - name: a
            model: Order
            signal: post_save
            body: Product.objects.create(name="x")  !SG202
          - name: b
            model: Product
            signal: post_save
            body: |
              Order.objects.create(customer_id=1)
        """,
    "a_handler_and_one_of_the_user_call_each_other": """
        handlers:
          - name: a
            model: Order
            signal: post_save
            body: instance.user.save()  !SG202
          - name: b
            model: auth.User
            signal: post_save
            body: |
              Order.objects.create(customer_id=1, user=instance)
        """,
    "in_a_flow_mapping": """
        model: Order
        handlers:
          - {name: a, signal: pre_save, body: "row = instance\\nrow.save()"}  !SG201
        """,
}
WARNINGS = {
    "a_request_within_the_transaction": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            on_create: |
              # first
              requests.post("https://example.com", json={"pk": instance.pk, "status": instance.status, "total": 1},
                  timeout=5)
        """.replace('total": 1},', 'total": 1},  !SG102'),
    "the_second_of_two_equal_calls": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            on_update: |
              transaction.on_commit(partial(requests.get, "x", timeout=3), using=using)  !SG102
              requests.get("x", timeout=3)  !SG102
        """,
    "each_branch_on_its_own": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            on_create: |
              requests.get("x", timeout=3)  !SG102
            on_update: |
              requests.get("x", timeout=3)  !SG102
            on_change:
              status: |
                if new:
                    requests.get("y", timeout=3)  !SG102
        """,
    "what_cannot_wait": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              requests.get("x", timeout=3).raise_for_status()  !SG101
              try:
                  mail_admins("Saved", "x")  !SG101
              except OSError:
                  logger.warning("no mail")
        """,
    "what_waits_after_what_does_not": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              rates = requests.get("y", timeout=3)  !SG101
              requests.post("x", json=rates, timeout=3)  !SG102
              requests.post("x", timeout=3)  !SG102
        """,
    "a_swallowed_error": """
        model: Order
        handlers:
          - name: a
            signal: post_delete
            body: |
              try:
                  Tag.objects.create(name="x")  !SG408
              except Exception:
                  pass
        """,
    "a_query_for_each_turn": """
        model: Order
        handlers:
          - name: a
            signal: post_delete
            body: |
              for tag in Tag.objects.all():
                  # one more
                  Customer.objects.filter(name=tag.name).first()  !SG501
        """,
    "below_a_condition_that_is_joined": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            on_create: |
              if instance.total > 3:
                  requests.get("x", timeout=3)  !SG102
        """,
    "in_the_condition_that_is_joined": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            on_create: |
              # they know
              if requests.get("x", timeout=3):  !SG101
                  cache.clear()
        """,
    "in_a_guard": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: cache.clear()
            when: requests.get("x", timeout=3)  !SG101
        """,
    "in_a_quoted_scalar_of_several_lines": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: "cache.clear()\\n\\  !SG102
              requests.get('x', timeout=3)"
        """,
    "under_on_error_and_a_guard": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            when: instance.total > 3
            on_error: log
            body: |
              refreshed = Customer.objects.count()
              requests.get("x", timeout=refreshed)  !SG102
        """,
    "a_recipe": """
        recipes:
          - recipe: notify
            model: Order
            task: push
            args: [instance.user_id, "'x'"]
        handlers:
          - {name: a, model: Order, signal: post_delete, body: "requests.get('x', timeout=3)"}  !SG102
        """,
}
SILENT = {
    "plain": "handlers: [{name: a, model: Order, signal: post_save, body: cache.clear()}]",
    "update_in_place_of_save": """
        handlers:
          - {name: a, model: Order, signal: post_save, body: Order.objects.filter(pk=instance.pk).update(total=1)}
        """,
    "guarded": """
        model: Order
        handlers:
          - {name: a, signal: post_save, recursion: guarded, body: instance.save()}
        """,
    "a_guarded_alias": """
        model: Order
        handlers:
          - {name: a, signal: post_save, recursion: guarded, body: "row = instance\\nrow.save()"}
        """,
    "one_of_a_cycle_is_guarded": """
        handlers:
          - {name: a, model: Order, signal: post_save, body: "Product.objects.create(name='x')"}
          - {name: b, model: Product, signal: post_save, recursion: guarded, body: Order.objects.create(customer_id=1)}
        """,
    "noqa_with_the_code": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              row = instance
              row.save()  # noqa: SG201
        """,
    "noqa_for_all": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              requests.get("x", timeout=3)  # noqa
        """,
    "noqa_on_what_the_plan_refuses": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              instance.total += 1
              instance.save()  # noqa: SG201
        """,
    "tasks_wait_for_the_commit": """
        model: Order
        handlers:
          - {name: a, signal: post_save, body: "push.delay(instance.pk, 'x')"}
        """,
    "tasks_that_are_not_to_wait": """
        model: Order
        handlers:
          - {name: a, signal: post_save, defer_tasks: false, body: "push.delay(instance.pk, 'x')"}
        """,
    "effects_that_are_not_to_wait": """
        model: Order
        handlers:
          - {name: a, signal: post_save, defer_effects: false, body: "mail_admins('x', 'y')"}
        """,
    "mail_waits_for_the_commit": """
        model: Order
        handlers:
          - name: a
            signal: post_save
            body: |
              send_mail("Saved", "", None, ["a@b.org"])
              message = EmailMessage("Saved", "", None, ["a@b.org"])
              message.send()
              async_to_sync(get_channel_layer().group_send)("orders", {"pk": instance.pk})
        """,
    "enqueue": """
        model: Order
        handlers:
          - {name: a, signal: post_save, enqueue: [{task: push, on: create, args: [instance.pk, "'x'"]}]}
        """,
    "raw": "handlers: [{name: a, model: Order, signal: post_save, raw: run, body: Tag.objects.create(name='x')}]",
    "many_to_many": """
        model: Product
        handlers:
          - {name: a, signal: m2m_changed, field: tags, on_add: Tag.objects.filter(pk__in=pk_set).update(uses=1)}
        """,
    "helpers": """
        helpers: [mute_signals, cache_invalidator, connect_receivers]
        handlers: [{name: a, model: Order, signal: post_save, body: cache.clear()}]
        """,
    "a_custom_signal": """
        signals:
          - name: order_paid
            args: {order: Order}
            sender: Order
            handlers: [{name: thank, body: cache.clear()}]
        """,
    "on_change_after_saving": """
        model: Order
        handlers:
          - {name: a, signal: post_save, on_change: {status: "cache.set(old, new)"}}
        """,
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_refuses_at_its_line(name, tmp_path):
    outcome = judge(tmp_path, ERRORS[name])
    assert outcome.result is None
    assert all(problem.file == "spec0.yaml" and problem.source for problem in outcome.problems)


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_is_a_note_at_its_line(name, tmp_path):
    outcome = judge(tmp_path, WARNINGS[name])
    assert outcome.problems == ()
    assert outcome.changed()


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_said_of(name, tmp_path):
    assert judge(tmp_path, SILENT[name]).changed()
