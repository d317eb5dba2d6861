"""SG412: queries that an async receiver makes at once, each with its async spelling."""

import pytest
from check_kit import HEAD, findings

CODE = "SG412"
TOP = HEAD + (
    "import asyncio\nfrom asgiref.sync import sync_to_async\n"
    "from channels.db import database_sync_to_async\nfrom django.db import connection, transaction\n"
    "from django.shortcuts import get_object_or_404\nfrom shop.helpers import *\n"
    "from shop.helpers import amount, amounts, plain\n"
)
ASYNC = "@receiver(post_save, sender=Order)\nasync def f(sender, instance, **kwargs):\n    "
HELPERS = """\
from shop.models import Line

def amount(row):
    return Line.objects.filter(order=row).count()

async def amounts(row):
    return Line.objects.filter(order=row).count()

def plain(row):
    return row.number
"""

ASKING = [
    ("Tag.objects.count()", "await Tag.objects.acount()"),
    ("Tag.objects.create(name='x')", "await Tag.objects.acreate(name='x')"),
    ("await Tag.objects.get(pk=1)", "await Tag.objects.aget(pk=1)"),
    ("x = Tag.objects.filter(name='').first()", "await Tag.objects.filter(name='').afirst()"),
    (
        "if Tag.objects.exclude(pk=1).exists():\n        pass",
        "await Tag.objects.exclude(pk=1).aexists()",
    ),
    ("sender.objects.update(number='')", "await sender.objects.aupdate(number='')"),
    ("instance.refresh_from_db()", "await instance.arefresh_from_db()"),
    ("Tag(name='x').save()", "await Tag(name='x').asave()"),
    ("row = await Tag.objects.aget(pk=1)\n    row.delete()", "await row.adelete()"),
    (
        "for line in instance.lines.all():\n        print(line.name)",
        "async for … in instance.lines.all()",
    ),
    ("instance.tags.add(1)", "await instance.tags.aadd(1)"),
    ("instance.tags.filter(pk=1).count()", "await instance.tags.filter(pk=1).acount()"),
    ("instance.line_set.count()", "await instance.line_set.acount()"),
    ("for row in Tag.objects.all():\n        print(row)", "async for … in Tag.objects.all()"),
    (
        "for i, row in enumerate(Tag.objects.all()):\n        print(row)",
        "async for … in Tag.objects.all()",
    ),
    (
        "for row in Tag.objects.iterator():\n        print(row)",
        "async for … in Tag.objects.iterator()",
    ),
    (
        "rows = Tag.objects.filter(pk=1)\n    for row in rows:\n        print(row)",
        "async for … in rows",
    ),
    ("print([row.pk for row in Tag.objects.all()])", "async for … in Tag.objects.all()"),
    ("print(*Tag.objects.all())", "async for … in Tag.objects.all()"),
    ("print(list(Tag.objects.all()))", "[row async for row in Tag.objects.all()]"),
    ("print(len(Tag.objects.all()))", "await Tag.objects.all().acount()"),
    ("if Tag.objects.filter(pk=1):\n        pass", "await Tag.objects.filter(pk=1).aexists()"),
    (
        "if instance in Order.objects.filter(pk=1):\n        pass",
        "await Order.objects.filter(pk=1).acontains(instance)",
    ),
    ("print(Tag.objects.all()[0])", "await Tag.objects.all().afirst()"),
    ("print(get_object_or_404(Tag, pk=1))", "await aget_object_or_404(Tag, pk=1)"),
    ("transaction.on_commit(print)", "await sync_to_async(transaction.on_commit)(…)"),
    ("with transaction.atomic():\n        pass", "the block as a function, for sync_to_async"),
    ("print(amount(instance))", "await sync_to_async(amount)(…)"),
    ("print(await amounts(instance))", "async methods"),
    ("async def g():\n        Tag.objects.count()\n    await g()", "await Tag.objects.acount()"),
]
SILENT = [
    "await Tag.objects.acount()",
    "async for row in Tag.objects.all():\n        print(row)",
    "print([row async for row in Tag.objects.all()])",
    "rows = Tag.objects.filter(name='')[:3]\n    print(await rows.acount())",
    "await sync_to_async(Tag.objects.count)()",
    "await sync_to_async(lambda: Tag.objects.count())()",
    "def g():\n        return Tag.objects.count()\n    await sync_to_async(g)()",
    "@sync_to_async\n    def g():\n        return Tag.objects.count()\n    await g()",
    "await sync_to_async(amount)(instance)",
    "await sync_to_async(amount, thread_sensitive=False)(instance)",
    "await database_sync_to_async(amount)(instance)",
    "ask = sync_to_async(amount)\n    await ask(instance)",
    "await asyncio.to_thread(amount, instance)",
    "await sync_to_async(transaction.on_commit)(lambda: Tag.objects.count())",
    "print('a'.count('a'), [1].count(1), kwargs.get('raw'))",
    "for row in await unknown.objects.all():\n        print(row)",
    "print(Unknown.objects.count())",
    "print(Tag.objects.none().count(), list(Tag.objects.none()))",
    "print(Tag.objects.named('x').count())",
    "instance.user_id = 3\n    print(instance.user_id, instance.number)",
    "instance.user = await User.objects.aget(pk=1)\n    print(instance.user.email)",
    "print(plain(instance))",
    "for row in [instance]:\n        print(row.number)",
    "instance.number = instance.file.save('x', None)",
    "row = read()\n    row.save()",
]


def found(body: str) -> list[tuple[str, str, str]]:
    files = {"shop/signals.py": TOP + ASYNC + body + "\n", "shop/helpers.py": HELPERS}
    return [(item.severity, item.message, item.hint) for item in findings(files, CODE)]


@pytest.mark.parametrize(("body", "spelling"), ASKING)
def test_the_async_spelling_is_named(body, spelling):
    [(severity, message, hint)] = found(body)
    assert (severity, hint) == ("error", f"write {spelling}")
    assert message.startswith("f is async and runs a synchronous query")


@pytest.mark.parametrize("body", SILENT)
def test_what_asks_nothing_or_is_not_known_is_left_alone(body):
    assert found(body) == []


def test_a_foreign_key_may_be_cached_and_is_told_of_once():
    [(severity, message, hint)] = found("print(instance.user.email, instance.user)")
    assert severity == "info"
    assert message == "instance.user may query the database, which async f cannot do synchronously"
    assert hint == "use instance.user_id, or await sync_to_async(lambda: instance.user)()"


def test_a_query_of_a_helper_is_told_with_its_place():
    [(_, message, _)] = found("amount(instance)")
    assert "(in amount, shop/helpers.py:3)" in message


@pytest.mark.parametrize("body", [body for body, _ in ASKING if "await" not in body])
def test_a_synchronous_receiver_may_ask(body):
    body = body.replace("async def", "def")
    files = {"shop/signals.py": TOP + ASYNC.replace("async ", "") + body + "\n"}
    assert findings({**files, "shop/helpers.py": HELPERS}, CODE) == []
