"""What generated tests promise, seen in a project: green at first, and red over each broken receiver.

All handlers stand in one spec. Its tests run as generated, then once more when every receiver has
the break that its name stands for.
"""

from __future__ import annotations

import ast
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import forks
import pytest
from generate_kit import MODELS, build, run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("promises")

ORDER, PRODUCT = "model: Order, signal: post_save", "model: Product, signal: post_save"
CHANGED = 'instance.tracker.has_changed("status") and instance.status == "live"'
TOLD = "push.delay(instance.pk, instance.status)"
BOX, KEY = "model: Box, signal: post_save", "push.delay(instance.pk, 1)"
BY_DATABASE = 'model: Order, signal: pre_save, when: using == "default"'
EARLY = f'"if instance.total < 5:\\n    return\\n{KEY}"'
FIRST = "\"tag, new = Tag.objects.get_or_create(name='n')\\nif new:\\n    push.delay(1, 2)\""
CACHED = "\"if cache.add('a', 1):\\n    push.delay(1, 1)\\nif cache.add('b', 1):\\n    push.delay(1, 2)\""
USER = "model: settings.AUTH_USER_MODEL, signal: post_save"
OPEN, NEW = 'instance.open or instance.code == "x"', "push.delay(2, new)"
HAS = 'hasattr(instance, "card")'
MADE = "Tag.objects.get_or_create"
TICKET = "model: Ticket, signal: post_save"
BOTH = 'cache.delete_many([f"row:{old}", f"row:{new}"])'
COUNT = 'Tag.objects.filter(name="n").update'
STORED = '"row = Page.objects.get(pk=instance.pk)\\nif row.title != instance.title: push.delay(instance.pk, row.title)"'
FREE = "\"name = slugify(instance.title)\\nwhile Page.objects.filter(slug=name).exists():\\n    name += 'x'\\ninstance.slug = name\""
LIKE_IT = "Order.objects.filter(status=instance.status).exists()"
GONE_BY = "Gone.objects.create"
OTHERS = "sender.objects.exclude(pk=instance.pk)"
VISIT = "model: Visit, signal: post_save"
OF_READER = "Visit.objects.filter(reader=instance.reader)"
PARENT = "Reader.objects.filter(pk=instance.reader_id).update"
EARLIER = f"{OF_READER}.exclude(pk=instance.pk).order_by('pk').last()"
COUNTED = f"n = sender.objects.filter(status=instance.status).count(); {COUNT}"

# Handler: what it is, and how its receiver is broken.
BROKEN = {
    "misspelt_attribute": (f"{ORDER}, on_create: '{TOLD}'", ".status", ".statsu"),
    "misspelt_field": (
        f"{ORDER}, on_create: 'Tag.objects.filter(name=instance.status).update(uses=1)'",
        "name=",
        "nmae=",
    ),
    "misspelt_lookup": (
        f"{ORDER}, on_create: 'Tag.objects.filter(uses__gte=3).update(name=instance.status)'",
        "uses__gte",
        "uses__get",
    ),
    "misspelt_keyword": (
        f"{ORDER}, on_create: 'Tag.objects.create(name=instance.status)'",
        "name=",
        "nmae=",
    ),
    "misspelt_task": (f"{ORDER}, on_create: '{TOLD}'", "push.", "pusch."),
    "misspelt_method": (f"{ORDER}, on_create: '{TOLD}'", "delay", "dealy"),
    "too_few_arguments": (f"{ORDER}, on_create: '{TOLD}'", ", instance.status", ""),
    "wrong_pk": (f"{ORDER}, on_update: '{TOLD}'", "instance.pk", "instance.customer_id"),
    "before_the_commit": (
        f"{ORDER}, on_create: '{TOLD}'",
        "transaction.on_commit(partial(push.delay, instance.pk, instance.status), using=using)",
        TOLD,
    ),
    "mail_before_the_commit": (
        f'{ORDER}, on_create: \'message = EmailMessage("New", "", None, ["a@b.org"]); message.send()\'',
        "transaction.on_commit(message.send, using=using)",
        "message.send()",
    ),
    "cache_before_the_commit": (
        f"{ORDER}, on_update: 'cache.delete(instance.status)'",
        "transaction.on_commit(partial(cache.delete, instance.status), using=using)",
        "cache.delete(instance.status)",
    ),
    "other_branch": (f"{ORDER}, on_create: '{TOLD}'", "if created", "if not created"),
    "other_signal": (f"{ORDER}, on_create: '{TOLD}'", "@receiver(post_save", "@receiver(pre_save"),
    "other_sender": (f"{ORDER}, on_create: '{TOLD}'", "sender=Order", "sender=Tag"),
    "runs_for_fixtures": (f"{ORDER}, on_create: '{TOLD}'", "if raw", "if not sender"),
    "condition": (
        f"{ORDER}, on_create: 'if instance.status == \"paid\": {TOLD}'",
        '== "paid"',
        '!= "paid"',
    ),
    "guard": (f"{ORDER}, when: instance.total > 10, body: '{TOLD}'", "> 10", ">= 10"),
    "loop_over_a_relation": (
        f"{PRODUCT}, on_update: 'for tag in instance.tags.all(): push.delay(tag.pk, tag.name)'",
        "tag.name",
        "tag.nmae",
    ),
    "changed_and_live": (
        f"model: Page, signal: post_save, body: 'if {CHANGED}: {TOLD}'",
        ' and instance.status == "live"',
        "",
    ),
    "integrity_error": (
        f"{ORDER}, on_create: 'Tag.objects.create(name=instance.status)'",
        "instance.status",
        "None",
    ),
    "by_a_muting_factory": (
        "model: Customer, signal: post_save, on_create: 'push.delay(instance.pk, instance.name)'",
        "instance.name",
        "instance.nmae",
    ),
    "save_of_its_own": (
        "model: Strict, signal: post_save, on_create: 'push.delay(instance.pk, instance.name)'",
        "instance.name",
        "instance.nmae",
    ),
    "every_sender": (
        "signal: post_save, on_create: 'push.delay(1, sender.__name__)'",
        "sender.__name__",
        "sender.__nmae__",
    ),
    "saved_beside": (
        f"{ORDER}, on_create: 'row = instance.customer; row.spent = instance.total; row.save()'",
        "instance.total",
        "3",
    ),
    "counted_beside": (
        f"{ORDER}, on_create: 'row = instance.customer; row.spent += 1; row.save(update_fields=[\"spent\"])'",
        "+= 1",
        "+= 2",
    ),
    "saved_again": (
        f'{ORDER}, recursion: guarded, on_create: \'instance.status = "paid"; instance.save(update_fields=["status"])\'',
        '"paid"',
        '"dead"',
    ),
    "update_behind": (
        f"{BOX}, on_update: 'instance.label_set.update(name=instance.name)'",
        "name=instance.name",
        'name="x"',
    ),
    "exists_behind": (
        f"{BOX}, on_update: 'if instance.item_set.exists(): {KEY}'",
        "item_set",
        "label_set",
    ),
    "row_behind": (
        f"{BOX}, on_update: 'instance.card.name = \"y\"; instance.card.save()'",
        '"y"',
        '"z"',
    ),
    "no_row_behind": (
        f"{BOX}, on_update: 'if not hasattr(instance, \"card\"): {KEY}'",
        "not hasattr",
        "hasattr",
    ),
    "text_in_a_text": (
        f"{ORDER}, on_create: 'if \"urgent\" in instance.status: {KEY}'",
        "in instance",
        "not in instance",
    ),
    "key_of_a_row": (
        f"{ORDER}, on_create: 'if instance.user_id: {KEY}'",
        "and instance.user_id",
        "and (not instance.user_id)",
    ),
    "guard_of_the_database": (
        f"{BY_DATABASE}, on_change: {{status: 'push.delay(instance.pk, old)'}}",
        ", old",
        ", new",
    ),
    "returns_early": (
        f"{ORDER}, on_create: {EARLY}, after_commit: 'push.delay(1, \"y\")'",
        '"y"',
        '"z"',
    ),
    "logs_before_it_fails": (
        f"{ORDER}, on_error: log, on_create: 'logger.info(\"new\"); {KEY}'",
        '"new"',
        '"old"',
    ),
    "made_by_each_action": (
        "model: Product, signal: m2m_changed, field: tags, body: 'Tag.objects.create(name=\"n\")'",
        '"n"',
        '"m"',
    ),
    "turns_a_unique_text": (
        "model: Page, signal: pre_save, body: 'instance.slug = instance.slug.strip()'",
        ".strip()",
        "",
    ),
    "set_by_save_where_empty": (
        "model: Strict, signal: post_save, on_change: {code: 'push.delay(instance.pk, new)'}",
        ", new",
        ", old",
    ),
    "changed_field_is_turned": (
        "model: Page, signal: pre_save, on_change: {title: 'instance.title = new.strip()'}",
        "new.strip()",
        "new",
    ),
    "another_key_of_the_cache": (
        f"{ORDER}, on_update: {CACHED}",
        "'b'",
        "'a'",
    ),
    "first_time_only": (
        f"model: Product, signal: m2m_changed, field: tags, body: {FIRST}",
        "1, 2",
        "2, 2",
    ),
    "stored_as_a_text": (f"{TICKET}, on_change: {{code: '{BOTH}'}}", "{new}", "{old}"),
    "changed_to_what_the_factory_gives": (
        f"{TICKET}, on_change: {{state: '{BOTH}'}}",
        "{new}",
        "{old}",
    ),
    "changed_flag_of_the_factory": (
        f"{TICKET}, on_change: {{open: 'push.delay(instance.pk, new)'}}",
        ", new",
        ", old",
    ),
    "profile_of_a_user": (
        f"{USER}, on_create: 'Tag.objects.get_or_create(name=instance.username[:9])'",
        ".username",
        ".emial",
    ),
    "row_behind_a_user": (
        f"{USER}, on_update: 'instance.desk.name = instance.email; instance.desk.save()'",
        "instance.email",
        "'x'",
    ),
    "group_of_django": (
        "model: auth.Group, signal: post_save, on_create: 'push.delay(instance.pk, instance.name)'",
        "instance.name",
        "instance.nmae",
    ),
    "mail_to_who_has_no_address_at_first": (
        f'{ORDER}, on_update: \'letter = EmailMessage("Hi", "", None, [instance.note]); letter.send()\'',
        '"Hi"',
        '"Ho"',
    ),
    "stored_under_a_condition": (
        f"model: Ticket, signal: pre_save, when: {OPEN}, on_change: {{open: '{KEY}', state: '{NEW}'}}",
        "2, new",
        "3, new",
    ),
    "default_that_a_function_gives": (
        "model: Item, signal: pre_save, on_change: {shown: 'push.delay(1, new)'}",
        "1, new",
        "2, new",
    ),
    "key_of_one_of_a_unique_pair": (
        "model: Seat, signal: post_save, on_update: 'push.delay(instance.pk, instance.name)'",
        "instance.pk",
        "instance.box_id",
    ),
    "stamped_but_not_by_fixtures": (
        "model: Page, signal: pre_save, when: instance.status == 'live', body: 'instance.title = uuid4().hex'",
        "if raw",
        "if not sender",
    ),
    "row_behind_that_may_not_be_there": (
        f"{BOX}, on_update: 'if {HAS}: instance.card.name = \"y\"; instance.card.save()'",
        HAS,
        "instance",
    ),
    "made_once_and_counted_by_each_action": (
        f'model: Product, signal: m2m_changed, field: tags, body: \'{MADE}(name="n", defaults={{"uses": 0}}); {COUNT}(uses=F("uses") + 1)\'',
        "+ 1",
        "+ 2",
    ),
    "updated_or_made_by_each_action": (
        f'model: Product, signal: m2m_changed, field: tags, body: \'{MADE.replace("get", "update")}(name="u", defaults={{"uses": 7}})\'',
        "7",
        "8",
    ),
    "factory_that_finds_a_row": (
        f"model: Shared, signal: post_save, on_change: {{note: '{BOTH}'}}",
        "{new}",
        "{old}",
    ),
    "counted_after_what_nobody_can_tell": (
        f"{ORDER}, body: '{COUNTED}(uses=n)', on_create: '{COUNT}(uses=F(\"uses\") + 1); {KEY}'",
        "instance.pk, 1",
        "instance.pk, 2",
    ),
    "after_a_sum_over_rows": (
        f"{ORDER}, on_create: 'n = sum(o.total for o in {OTHERS} if o.total > 0); {KEY}'",
        "instance.pk, 1",
        "instance.pk, 2",
    ),
    "after_any_of_the_rows": (
        f'{ORDER}, on_create: \'n = any(o.status == "x" for o in {OTHERS}); logger.info("%s", n); {KEY}\'',
        "instance.pk, 1",
        "instance.pk, 2",
    ),
    "after_joined_names": (
        f'{PRODUCT}, on_update: \'send_mail("Tags", ", ".join(t.name for t in instance.tags.all()), None, ["a@b.org"])\'',
        '"Tags"',
        '"Gats"',
    ),
    "after_the_latest_of_the_rows": (
        f"{ORDER}, on_create: 'n = max((o.total for o in {OTHERS}), default=0); {KEY}'",
        "instance.pk, 1",
        "instance.pk, 2",
    ),
    "row_that_a_query_gets": (
        f"{ORDER}, on_update: 'row = Customer.objects.select_for_update().get(pk=instance.customer_id); row.spent += 1; row.save(update_fields=[\"spent\"])'",
        "+= 1",
        "+= 2",
    ),
    "made_in_one_query": (
        f"{ORDER}, on_create: 'Tag.objects.bulk_create([Tag(name=instance.status), Tag(name=\"n\")])'",
        "instance.status",
        '"x"',
    ),
    "users_that_a_query_finds": (
        f"{ORDER}, on_update: 'for one in get_user_model().objects.filter(is_superuser=True): push.delay(one.pk, 1)'",
        "one.pk",
        "instance.pk",
    ),
    "relation_cleared": (
        f"{PRODUCT}, on_update: 'instance.tags.clear()'",
        "instance.tags.clear()",
        "pass",
    ),
    "relation_set_to_nothing": (
        f"{PRODUCT}, on_update: 'instance.tags.set([])'",
        "instance.tags.set([])",
        "pass",
    ),
    "relation_added_to": (
        f"{PRODUCT}, on_create: 'tag, new = {MADE}(name=\"a\"); instance.tags.add(tag)'",
        "instance.tags.add(tag)",
        "pass",
    ),
    "stored_row_before_the_save": (
        f"model: Page, signal: pre_save, on_update: {STORED}",
        "instance.pk, row.title",
        "instance.pk, instance.title",
    ),
    "free_name": (f"model: Page, signal: pre_save, on_create: {FREE}", "slug = name", "slug = 'n'"),
    "first_with_its_status": (
        f"{ORDER}, on_create: 'if not Order.objects.filter(status=instance.status).exclude(pk=instance.pk).exists(): {KEY}'",
        "instance.pk, 1",
        "instance.pk, 2",
    ),
    "field_of_the_name_old": (
        f"model: Page, signal: pre_save, on_update: '{GONE_BY}(old=original.title)'",
        "original.title",
        "instance.slug",
    ),
    "relation_filled_anew": (
        f"{PRODUCT}, on_update: 'instance.tags.clear(); tag, new = {MADE}(name=\"b\"); instance.tags.add(tag)'",
        "instance.tags.add(tag)",
        "pass",
    ),
    "relation_emptied_in_the_end": (
        f"{PRODUCT}, on_update: 'tag, new = {MADE}(name=\"c\"); instance.tags.add(tag); instance.tags.clear()'",
        "instance.tags.clear()",
        "pass",
    ),
    "text_of_what_a_function_gives": (
        f"{ORDER}, on_create: 'push.delay(instance.pk, str(describe(instance.status)))'",
        "instance.pk",
        "instance.customer_id",
    ),
    "formatted_deleted_row": (
        "model: Box, signal: post_delete, body: 'Tag.objects.create(name=(\"%s\" % instance)[:5], uses=5)'",
        "uses=5",
        "uses=6",
    ),
    "text_of_what_was_deleted": (
        "model: Box, signal: post_delete, body: 'Tag.objects.create(name=str(instance)[:9], uses=3)'",
        "uses=3",
        "uses=4",
    ),
    "rows_counted": (
        f'{VISIT}, on_create: "{PARENT}(visits={OF_READER}.count())"',
        ".count()",
        ".count() + 1",
    ),
    "rows_counted_after_one_is_gone": (
        "model: Visit, signal: post_delete, body: 'reader = instance.reader; reader.visits = reader.rows.count(); reader.save(update_fields=[\"visits\"])'",
        "reader.rows.count()",
        "reader.visits",
    ),
    "rows_added_up": (
        f"{VISIT}, body: \"{PARENT}(fees={OF_READER}.aggregate(n=Sum('fee'))['n'] or 0)\"",
        "Sum('fee')",
        "Sum('fee') + 1",
    ),
    "rows_added_up_in_python": (
        f'{VISIT}, body: "fees = sum(row.fee * row.minutes for row in instance.reader.rows.all()); {PARENT}(fees=fees)"',
        "row.fee * row.minutes",
        "row.fee",
    ),
    "count_that_decides": (
        f'{VISIT}, on_create: "if {OF_READER}.count() >= 3:\\n    {KEY}"',
        ">= 3",
        "> 3",
    ),
    "count_against_a_field": (
        f'{VISIT}, on_create: "if instance.reader.rows.count() > instance.reader.visits:\\n    {KEY}"',
        "rows.count() >",
        "rows.count() >=",
    ),
    "flag_by_a_count": (
        f'{VISIT}, on_create: "{PARENT}(busy=instance.reader.rows.count() > 2)"',
        "> 2",
        "> 3",
    ),
    "latest_row": (
        "model: Reader, signal: post_save, on_update: \"last = instance.rows.order_by('pk').last()\\nif last:\\n    push.delay(last.pk, 1)\"",
        "last.pk",
        "instance.pk",
    ),
    "earlier_row_of_the_model": (
        f"{VISIT}, on_create: \"last = {EARLIER}\\nif last is not None and last.status == 'open':\\n    push.delay(last.pk, 1)\"",
        "last.pk",
        "instance.pk",
    ),
    "day_from_now": (
        "model: Visit, signal: pre_save, on_create: 'if instance.day is None:\n    instance.day = timezone.localdate() + timedelta(days=28)'".replace(
            "\n", "\\n"
        )
        .replace("'if", '"if')
        .replace("28)'", '28)"'),
        "days=28",
        "days=2",
    ),
    "moment_on_the_parent": (
        f"{VISIT}, on_create: 'instance.reader.seen_at = timezone.now(); instance.reader.save()'",
        "timezone.now()",
        "timezone.now() - timedelta(hours=1)",
    ),
    "late_by_the_clock": (
        f'{VISIT}, on_create: "if instance.day and instance.day < timezone.localdate():\\n    {KEY}"',
        "<",
        ">",
    ),
    "number_that_is_worked_out": (
        f'{VISIT}, on_create: "if instance.minutes + instance.reader.visits > 100:\\n    {KEY}"',
        "> 100",
        "> 101",
    ),
    "number_against_a_decimal": (
        f"{VISIT}, on_create: \"if not instance.fee >= Decimal('100'):\\n    return\\n{KEY}\"",
        ">= Decimal('100')",
        "> Decimal('100')",
    ),
    "worked_out_against_a_decimal": (
        f"{VISIT}, on_create: \"if instance.reader.visits + instance.minutes > Decimal('20'):\\n    {KEY}\"",
        "> Decimal('20')",
        "> Decimal('21')",
    ),
    "assigned_number_that_decides": (
        f'{VISIT}, on_create: "reader = instance.reader; reader.visits += instance.minutes\\nif reader.visits >= 50:\\n    reader.busy = True\\nreader.save()"',
        ">= 50",
        "> 50",
    ),
    "number_read_again": (
        f"{VISIT}, on_create: \"reader = instance.reader; reader.visits = F('visits') - 1; reader.save(); reader.refresh_from_db()\\nif reader.visits <= 3:\\n    push.delay(reader.pk, reader.visits)\"",
        "<= 3",
        "< 3",
    ),
    "rows_behind_the_parent": (
        "model: Label, signal: post_save, on_create: 'for item in instance.box.item_set.all(): push.delay(item.pk, 1)'",
        "item.pk",
        "instance.pk",
    ),
    "answer_that_decides": (
        f'{VISIT}, on_create: "if weigh(instance) > 3:\\n    {KEY}"',
        "> 3",
        "> 4",
    ),
    "answer_that_a_field_holds": (
        f'{VISIT}, on_create: "{PARENT}(visits=weigh(instance))"',
        "visits=weigh(instance)",
        "visits=weigh(instance) + 1",
    ),
    "rows_for_each_key": (
        "model: Product, signal: m2m_changed, field: tags, on_add: 'Gone.objects.bulk_create(Gone(old=f\"{pk}\") for pk in pk_set)'",
        "{pk}",
        "{pk}x",
    ),
    "rows_of_those_removed": (
        "model: Product, signal: m2m_changed, field: tags, on_remove: 'Tag.objects.filter(pk__in=pk_set).update(uses=0); Paired.objects.filter(tag__in=pk_set, product=instance).delete()'",
        ".delete()",
        ".exists()",
    ),
    "name_of_a_user": (
        f"{USER}, on_create: 'push.delay(instance.pk, instance.get_full_name())'",
        "get_full_name",
        "get_username",
    ),
    "part_of_a_text": (
        f"{ORDER}, on_create: 'push.delay(instance.pk, instance.status.split(\"@\")[0])'",
        "[0]",
        "[0] + 'x'",
    ),
    "logged_in": ("signal: user_logged_in, body: 'push.delay(user.pk, \"x\")'", '"x"', '"y"'),
}
RECIPES = {
    "slug_page": (
        "{recipe: slug, model: Page, source: title, target: slug}",
        '"slug"',
        '"slgu"',
    ),
    "update_parent_order": (
        "{recipe: update_parent, model: Order, parent: Customer, set: {spent: SUM}}".replace(
            "SUM", "'Sum(\"total\", default=0)'"
        ),
        '"total"',
        '"id"',
    ),
}
UNSEEN = {
    "count_of_rows_that_it_makes": (
        f"{ORDER}, on_create: 'Tag.objects.create(name=\"q\"); push.delay(instance.pk, Tag.objects.count())'"
    ),
    "sum_that_is_rounded": f'{VISIT}, body: "{PARENT}(visits=sum(row.fee for row in instance.reader.rows.all()))"',
    "count_before_a_deletion": (
        f'model: Visit, signal: pre_delete, body: "{PARENT}(visits={OF_READER}.count())"'
    ),
    "first_of_its_own": f'{VISIT}, on_create: "last = {OF_READER}.first(); push.delay(last.pk, 5)"',
    "more_rows_than_a_test_makes": f'{VISIT}, on_create: "if {OF_READER}.count() > 500:\\n    {KEY}"',
    "answer_that_is_no_row": (
        "model: Visit, signal: pre_save, on_create: 'instance.reader = weigh(instance)'"
    ),
    "highest_of_an_unknown_list": (
        f"{ORDER}, on_create: 'all_of = [o.total for o in {OTHERS}]; n = max(all_of); {KEY}'"
    ),
    "row_of_another_model_by_its_key": (
        f"{ORDER}, on_update: 'row = Tag.objects.get(pk=instance.pk); row.uses = 3; row.save()'"
    ),
    "row_that_the_body_has_made": (
        f'{ORDER}, on_create: \'Tag.objects.create(name="m"); row = Tag.objects.get(name="m"); {KEY}\''
    ),
    "relation_added_and_removed": (
        f"{PRODUCT}, on_update: 'tag = Tag.objects.filter(name=\"never\").first(); instance.tags.remove(tag)'"
    ),
    "without_a_password": (
        f"{USER}, on_update: 'if not instance.password: push.delay(instance.pk, 4)'"
    ),
    "text_of_a_deleted_row": (
        "model: Box, signal: post_delete, body: 'Tag.objects.filter(name=str(instance)).update(uses=3)'"
    ),
    "stored_row_of_a_new_one": (
        f"model: Page, signal: pre_save, on_create: 'row = Page.objects.get(pk=instance.pk); {KEY}'"
    ),
    "loop_that_runs": f"{ORDER}, on_create: 'while {LIKE_IT}: push.delay(instance.pk, 3)'",
    "others_that_may_be_there": f"{ORDER}, on_update: 'if not {LIKE_IT}: {KEY}'",
    "rows_made_by_a_loop": (
        f"{ORDER}, on_create: 'Tag.objects.bulk_create([Tag(name=n) for n in instance.status])'"
    ),
    "highest_of_no_rows": f"{ORDER}, on_create: 'n = max(o.total for o in {OTHERS}); {KEY}'",
    "names_of_values": (
        f"{ORDER}, on_create: 'n = [o.pk for o in {OTHERS}.values_list(\"pk\")]; {KEY}'"
    ),
    "rows_of_rows": (
        f"{ORDER}, on_create: 'n = sum(a.total + b.total for a in {OTHERS} for b in {OTHERS}); {KEY}'"
    ),
    "sum_of_texts": f"{ORDER}, on_create: 'n = sum(o.status for o in {OTHERS}); {KEY}'",
    "prints": f"{ORDER}, on_create: 'print(\"hello\", instance.status)'",
    "asks": f"{ORDER}, on_create: 'len(instance.status)'",
    "refused_deletion": (
        f"model: Box, signal: pre_delete, body: 'for one in instance.item_set.all(): {KEY}'"
    ),
    "not_there_yet": f"{BOX}, on_create: 'Label.objects.filter(box=instance).delete()'",
    "save_that_refuses": "model: Once, signal: post_save, on_change: {name: 'push.delay(1, new)'}",
    "defaults_over_defaults": (
        f'{ORDER}, on_create: \'{MADE}(name="d", defaults={{"uses": 1, **dict(uses=2)}})\''
    ),
    "set_by_save_elsewhere": (
        f"{ORDER}, on_create: 'Strict.objects.filter(shout=instance.status).update(name=\"x\")'"
    ),
    "set_by_save": (
        "model: Strict, signal: post_save, on_change: {shout: 'push.delay(instance.pk, new)'}"
    ),
    "gone_by_then": (
        f"model: Box, signal: post_delete, body: 'for one in instance.label_set.all(): {KEY}'"
    ),
}
UNTOUCHED = "untouched"

SPEC = (
    "imports: [from django.db.models import Sum, from uuid import uuid4, from django.contrib.auth import get_user_model, from shop.words import describe, from shop.words import weigh]\nrecipes:\n"
    + "".join(f"  - {recipe}\n" for recipe, _, _ in RECIPES.values())
    + "handlers:\n"
    + "".join(f"  - {{name: {name}, {text}}}\n" for name, (text, _, _) in BROKEN.items())
    + "".join(f"  - {{name: {name}, {text}}}\n" for name, text in UNSEEN.items())
    + f"  - {{name: {UNTOUCHED}, {ORDER}, on_create: '{TOLD}'}}\n"
)
FILES = {
    "shop/models.py": MODELS.replace(
        "class Customer(models.Model):\n",
        "class Customer(models.Model):\n    spent = models.IntegerField(default=0)\n",
    )
    + '''

class Tracker:
    """Stands in for a tracker of fields."""

    def __get__(self, row, owner=None):
        return self if row is None else Changes(row)


class Changes:
    def __init__(self, row):
        self.row = row

    def has_changed(self, name):
        return self.row.loaded.get(name) != getattr(self.row, name)


class Page(models.Model):
    title = models.CharField(max_length=40)
    slug = models.SlugField(max_length=60, unique=True)
    status = models.CharField(max_length=9, default="draft")
    tracker = Tracker()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.loaded = {} if self._state.adding else {"status": self.status}

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.loaded = {"status": self.status}


class Reader(models.Model):
    name = models.CharField(max_length=20)
    visits = models.IntegerField(default=0)
    fees = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    busy = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True, blank=True)


class Visit(models.Model):
    reader = models.ForeignKey(Reader, models.CASCADE, related_name="rows")
    status = models.CharField(max_length=9, default="open")
    day = models.DateField(null=True, blank=True)
    minutes = models.IntegerField(default=2)
    fee = models.DecimalField(max_digits=6, decimal_places=2)


class Paired(models.Model):
    tag = models.ForeignKey(Tag, models.CASCADE)
    product = models.ForeignKey(Product, models.CASCADE)


class Box(models.Model):
    name = models.CharField(max_length=20)


class Item(models.Model):
    box = models.ForeignKey(Box, models.PROTECT)
    shown = models.BooleanField(default=lambda: True)


class Label(models.Model):
    box = models.ForeignKey(Box, models.CASCADE)
    name = models.CharField(max_length=20)


class Card(models.Model):
    box = models.OneToOneField(Box, models.CASCADE)
    name = models.CharField(max_length=20)


class Ticket(models.Model):
    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=20)
    open = models.BooleanField(default=True)


class Desk(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField(max_length=20)


class Seat(models.Model):
    box = models.ForeignKey(Box, models.CASCADE)
    name = models.CharField(max_length=20)

    class Meta:
        unique_together = [("box", "name")]


class Once(models.Model):
    name = models.CharField(max_length=20)

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValueError("it is there already")
        super().save(*args, **kwargs)


class Gone(models.Model):
    old = models.CharField(max_length=40)


class Shared(models.Model):
    name = models.CharField(max_length=20)
    note = models.TextField()


class Strict(models.Model):
    name = models.CharField(max_length=20)

    shout = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=20, blank=True)

    def save(self, *args, **kwargs):
        self.shout = self.name.upper()
        if not self.code:
            self.code = self.name
        self.full_clean()
        super().save(*args, **kwargs)
''',
    "shop/words.py": "def describe(text):\n    return text\n\n\ndef weigh(row):\n    return 1\n",
    "shop/factories.py": """
from django.db.models.signals import post_save
from factory import Sequence
from factory.django import DjangoModelFactory, mute_signals

from .models import Customer, Shared, Ticket


@mute_signals(post_save)
class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    name = Sequence("customer {}".format)


class SharedFactory(DjangoModelFactory):
    class Meta:
        model = Shared
        django_get_or_create = ("name",)

    name = "one"
    note = ""


class TicketFactory(DjangoModelFactory):
    class Meta:
        model = Ticket

    code = Sequence(int)
    state = "other"
    open = False
""",
}
# Under the fixture ``settings`` of pytest-django SETTINGS_MODULE is None.
PYTEST = {
    "pyproject.toml": '[tool.signalgen]\ntests = "pytest"\n',
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = config.settings\npython_files = test_*.py\n",
    "conftest.py": """
import pytest


@pytest.fixture(autouse=True)
def _other_settings(settings):
    settings.SOMETHING = 1
""",
}


@dataclass(frozen=True)
class Seen:
    """Tests that ran, by class, and those that were red or skipped, with all that was said."""

    ran: dict[str, set[str]]
    red: dict[str, set[str]]
    skipped: dict[str, set[str]]
    text: str


@dataclass(frozen=True)
class Project:
    """The project after its spec was generated: its tests, as generated and over broken code."""

    style: str
    notes: list[str]
    first: Seen
    broken: Seen

    def name(self, handler: str) -> str:
        """Return the class of the tests of ``handler``."""
        camel = "".join(part.capitalize() for part in handler.split("_"))
        return f"{camel}Tests" if self.style == "unittest" else f"Test{camel}"


def seen_in(root: Path, style: str) -> Seen:
    command = ["manage.py", "test", "-v2"]
    if style == "pytest":
        command = ["-m", "pytest", "-v", "-p", "no:cacheprovider"]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DJANGO_", "COV_"))}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", **forks.BARE_PYTEST}
    done = forks.run(command, root, env)
    text = done.stdout + done.stderr
    if style == "pytest":
        line = re.compile(r"::(\w+)::(\w+) (PASSED|FAILED|ERROR|SKIPPED)")
        found = [m.groups() for m in line.finditer(text)]
    else:
        line = re.compile(
            r"^(\w+) \([\w.]*\.(\w+)\.\w+\)(?:\n[^\n]*?)?? \.\.\. (ok|FAIL|ERROR|skipped)",
            re.MULTILINE,
        )
        found = [(m[2], m[1], m[3]) for m in line.finditer(text)]
    ran: dict[str, set[str]] = {}
    red: dict[str, set[str]] = {}
    skipped: dict[str, set[str]] = {}
    for owner, test, how in found:
        ran.setdefault(owner, set()).add(test)
        if how in ("FAIL", "FAILED", "ERROR"):
            red.setdefault(owner, set()).add(test)
        if how in ("skipped", "SKIPPED"):
            skipped.setdefault(owner, set()).add(test)
    return Seen(ran, red, skipped, text)


def damaged(text: str) -> str:
    """Break every receiver of ``text`` as BROKEN says."""
    lines = text.splitlines(keepends=True)
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.FunctionDef):
            continue
        entry = (BROKEN | RECIPES).get(node.name)
        if entry is not None:
            start, end = node.decorator_list[0].lineno - 1, node.end_lineno
            old, new = (part.replace('"', "'") for part in entry[1:])
            code = ast.unparse(node)
            assert old in code, code
            lines[start:end] = [code.replace(old, new) + "\n"]
    return "".join(lines)


@pytest.fixture(scope="module", params=["unittest", pytest.param("pytest", marks=pytest.mark.slow)])
def project(request, tmp_path_factory) -> Project:
    """Generate, run, break and run again."""
    files = {**FILES, **(PYTEST if request.param == "pytest" else {})}
    root = build(tmp_path_factory.mktemp(request.param) / "shop", files)
    made = run(root, SPEC).write()
    notes = [note.message for note in made.result.notes if note.code == "no-test"]
    first = seen_in(root, request.param)
    receivers, config = root / "shop/signals.py", root / "shop/apps.py"
    receivers.write_text(damaged(receivers.read_text()))
    config.write_text(config.read_text().replace("from . import signals", "pass  #"))
    return Project(request.param, notes, first, seen_in(root, request.param))


def test_nothing_is_red_or_skipped_on_the_first_day(project):
    assert project.first.ran, project.first.text
    assert project.first.red == {}, project.first.text
    assert project.first.skipped == {}, project.first.text


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_receiver_is_red(project, name):
    owner = project.name(name)
    assert project.first.ran.get(owner), sorted(project.first.ran)
    assert project.broken.red.get(owner), project.broken.text


@pytest.mark.parametrize("name", RECIPES)
def test_a_broken_recipe_is_red(project, name):
    assert project.first.ran.get(project.name(name)), sorted(project.first.ran)
    assert project.broken.red.get(project.name(name)), project.broken.text


def test_an_error_of_the_receiver_is_no_reason_to_skip(project):
    assert project.broken.skipped == {}, project.broken.text


def test_what_nobody_broke_stays_green(project):
    owner = project.name(UNTOUCHED)
    assert project.broken.ran[owner] == project.first.ran[owner]
    assert owner not in project.broken.red, project.broken.text


def test_a_receiver_that_nothing_loads_is_red(project):
    assert project.broken.red.get(project.name("ready")), project.broken.text


@pytest.mark.parametrize("name", UNSEEN)
def test_what_nobody_can_see_has_no_test_and_the_run_says_so(project, name):
    assert project.name(name) not in project.first.ran
    assert [note for note in project.notes if re.search(rf"\b{name}\b", note)]


def test_a_sender_of_a_package_whose_fields_nobody_knows_has_no_test_and_the_run_says_so(tmp_path):
    spec = "handlers: [{name: kept, model: reversion.Version, signal: post_save, body: 'push.delay(1, \"x\")'}]"
    made = run(build(tmp_path), spec).result
    assert made is not None
    assert "class KeptTests" not in "".join(str(file.after) for file in made.files)
    said = [note.message for note in made.notes if note.code == "no-test"]
    assert said == ["body of kept has no test: signalgen does not know the fields of its sender"]
