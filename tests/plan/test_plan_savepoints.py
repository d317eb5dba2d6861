"""When a receiver with ``on_error: log`` writes a savepoint: always, but around calls that cannot reach the database."""

import pytest

from signalgen.values.plan import PlannedReceiver

ONLINE = {
    "a function of the project": "push(instance)",
    "a method of an object of the project": "push.write(instance)",
    "a method of the row": "instance.refresh()",
    "a relation": "instance.tags.add(1)",
    "a cursor": "with connection.cursor() as cursor:\n    cursor.execute('SELECT 1')",
    "a custom signal": "post_save.send(sender, instance=instance)",
    "a row that is assigned first": "row = push\nrow.save()",
    "a circle of names": "a = push\nb = a\na = b\na()",
    "a manager": "Tag.objects.create(name='a')",
    "a row of a foreign key": "mail_admins('s', instance.shelf.code)",
    "a foreign key": "print(str(instance.shelf))",
    "the text of a row": "logger.info('saved %s', instance)",
    "the text of a row in an f-string": "logger.info(f'saved {instance}')",
    "the text of a row in a template": "print('%s %s' % (instance, 1))",
    "a function that a builtin calls": "list(map(push, [1]))",
    "a key that a builtin calls": "print(sorted([1], key=push))",
    "a lambda that runs": "print(max([1], key=lambda n: push(n)))",
    "a method by name": "getattr(instance, 'refresh')()",
    "what the cache holds": "cache.get('row').save()",
    "what a container holds": "[instance].pop().save()",
    "an attribute that may be a property's": "hasattr(instance, 'tags')",
    "a function of the body that hides a known name": "def print(x):\n    push(x)\n\nprint(1)",
    "an import of the body that hides a known name": "from shop.services import push as len\nlen(1)",
    "a partial that is called": "partial(push, 1)()",
    "a call in the arguments of on_commit": "transaction.on_commit(partial(print, push(1)))",
    "an assertion that fetches": "raise ValueError(instance.tags.count())",
}
OFFLINE = {
    "a task": "later.delay(instance.pk)",
    "a task with options": "later.apply_async((instance.pk,), countdown=3)",
    "a callback": "transaction.on_commit(lambda: push(instance.pk))",
    "a callback of the body": "def go():\n    push(1)\n\ntransaction.on_commit(go)",
    "the log": "logger.info('saved %s', instance.pk)",
    "mail": "send_mail('s', instance.name, None, ['a@example.com'])",
    "a message": "message = EmailMessage('s', instance.name)\nmessage.send()",
    "the cache": "cache.delete(f'product:{instance.pk}')",
    "one of the caches": "caches['other'].clear()",
    "HTTP": "requests.post('http://x', json={'pk': instance.pk}).raise_for_status()",
    "builtins": "print(len(str(instance.stock)), isinstance(instance, object))",
    "texts": "print(', '.join(['a']).upper().strip())",
    "a list": "rows = []\nrows.append(1)\nprint(rows)",
    "keywords": "print(kwargs.get('update_fields'))",
    "the standard library": "print(json.dumps({'at': timezone.now().isoformat()}))",
    "the name of a choice": "print(instance.get_stock_display())",
    "the class of the row": "print(instance._meta.label, instance.__class__.__name__)",
    "a template of plain values": "print('%s %s' % (instance.pk, 1))",
    "no call": "instance.name = 'x'",
    "a message through a channel": "async_to_sync(get_channel_layer().group_send)('g', {'pk': instance.pk})",
}


@pytest.fixture
def receivers(made):
    """Return the receiver of one handler."""

    def make(handler: str):
        found = made(handler)
        assert not found.problems, found.problems
        return next(item for item in found.apps[0].items if isinstance(item, PlannedReceiver))

    return make


@pytest.fixture
def refusals(made):
    """Return the problems of one handler."""
    return lambda handler: made(handler).problems


def receiver(build, body, head="signal: post_save"):
    lines = "".join(f"  {line}\n" for line in body.splitlines())
    return build(f"{head}\non_error: log\nbody: |\n{lines}")


@pytest.mark.parametrize("body", ONLINE.values(), ids=ONLINE)
def test_a_body_that_may_reach_the_database_gets_one(receivers, body):
    found = receiver(receivers, body)
    assert found.savepoint
    assert found.has_using


@pytest.mark.parametrize("body", OFFLINE.values(), ids=OFFLINE)
def test_a_body_that_cannot_reach_the_database_gets_none(receivers, body):
    assert not receiver(receivers, body).savepoint


def test_what_runs_after_the_commit_needs_none(receivers):
    assert not receivers("signal: post_save\non_error: log\nafter_commit: push(1)").savepoint


def test_the_stored_row_is_read_inside_one(receivers):
    """The lines that signalgen writes around a body ask the database, too."""
    head = "signal: pre_save\non_error: log\n"
    assert receivers(f"{head}on_change:\n  name: print(1)").savepoint
    assert receivers(f"{head}on_update: print(original.name)").savepoint
    head = "signal: post_save\non_error: log\n"
    assert not receivers(f"{head}on_change:\n  name: print(1)").savepoint


OUTSIDE = (
    "request_started",
    "request_finished",
    "got_request_exception",
    "setting_changed",
    "connection_created",
)


@pytest.mark.parametrize("signal", OUTSIDE)
def test_outside_a_write_only_a_sure_one_gets_one(receivers, signal):
    head = f"signal: {signal}"
    assert not receiver(receivers, "push(1)", head).savepoint
    assert not receiver(receivers, "cache.delete('x')\nkwargs.update(a=1)", head).savepoint
    assert receiver(receivers, "Tag.objects.create(name='a')", head).savepoint
    assert receiver(receivers, "push(1).save()", head).savepoint


@pytest.mark.parametrize("signal", ["post_init", "post_save", "user_logged_in", "pre_migrate"])
def test_each_family_is_on_one_side(receivers, signal):
    assert receiver(receivers, "push(1)", f"signal: {signal}").savepoint is (signal != "post_init")


REFUSED = {
    "a manager": "await Tag.objects.acreate(name='a')",
    "the row": "await instance.asave()",
    "a relation": "await instance.tags.aadd(1)",
    "a bridged save": "await sync_to_async(instance.save)()",
    "a bridged manager": "await sync_to_async(Tag.objects.create)(name='a')",
}
SERVED = {
    "a function of the project": "await push(1)",
    "a bridged function": "await sync_to_async(push)(instance.pk)",
    "the cache": "await cache.adelete('x')",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_a_query_in_an_async_receiver_is_refused_at_its_line(refusals, body):
    text = f"signal: post_save\nasync: true\non_error: log\nbody: |\n  print(1)\n  {body}"
    (problem,) = (p for p in refusals(text) if p.code == "async-savepoint")
    assert (problem.code, problem.line) == ("async-savepoint", 12)
    assert "on_error: raise" in problem.hint
    for other in (("log", "raise"), ("post_save", "request_started")):
        found = refusals(text.replace(*other))
        assert not [p for p in found if p.code == "async-savepoint"]


@pytest.mark.parametrize("body", SERVED.values(), ids=SERVED)
def test_an_async_receiver_without_a_query_has_no_savepoint(receivers, body):
    assert not receiver(receivers, body, "signal: post_save\nasync: true").savepoint


def test_the_row_that_an_async_receiver_would_read_itself_is_refused(refusals):
    text = "signal: pre_save\nasync: true\non_error: log\non_update: print(original.name)"
    (problem,) = refusals(text)
    assert (problem.code, problem.path) == ("async-savepoint", "handlers[0].on_error")


def test_a_task_of_django_that_does_not_wait_may_write_its_row_at_once(receivers):
    head = "signal: post_save\ndefer_tasks: {}"
    assert receiver(receivers, "later.enqueue(1)", head.format("false")).savepoint
    assert not receiver(receivers, "later.delay(1)", head.format("false")).savepoint
    assert not receiver(receivers, "later.enqueue(1)", head.format("true")).savepoint
