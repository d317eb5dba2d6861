"""What ``foresee`` makes of code: mostly what black makes of it, and never anything else than black would make of both."""

from __future__ import annotations

import ast
from pathlib import Path

import black
import pytest

import signalgen
from signalgen.foreseen import foresee


def by_black(text, width):
    return black.format_str(text, mode=black.Mode(line_length=width))


LONG = "send_confirmation_mail_task.delay, str(instance.id)"


@pytest.mark.parametrize(
    "text",
    [
        "cache.delete('a')",
        "cache.delete(f'order:{instance.pk}', f'user:{instance.user_id}')",
        "if status == 'paid':\n    pass\nelif status == 'new':\n    pass",
        f"transaction.on_commit(partial({LONG}), using=using)",
        f"transaction.on_commit(partial({LONG}), using=using, robust=True, more='text')",
        "@receiver([post_save, pre_save], sender=Order, dispatch_uid='orders.order_was_saved_or_so')\ndef f(): pass",
        "sent = {'signal': post_save, 'sender': Order, 'instance': instance, 'created': True, **changes}",
        "if stored is not None and stored['status'] != instance.status and (a is None or 'b' in a):\n    pass",
        "def remember(sender: type[Payment], instance: Payment, **kwargs: Any) -> None:\n    pass",
        "assert left.mock_calls == [call.commit('default'), call.send_confirmation_mail.delay(1)]",
        "call(\n    action='created',\n    data={'status': instance.status},\n)",
        f"return await first(partial({LONG}), using=using, more=1)",
    ],
)
def test_black_leaves_what_was_foreseen(text):
    text += "\n"
    foreseen = foresee(text, 70)
    assert foreseen != text
    # black may still put ``...`` and ``pass`` on a line of their own.
    assert by_black(foreseen, 70).replace(":\n    pass", ": pass") == foreseen.replace(
        ":\n    pass", ": pass"
    )


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "x = 'it is \"quoted\"'",
        "x = 'a\\'b'",
        "x = 1  # it's",
        "x = '''a\n'b'\n'''",
        'def f():\n    """\n    print(\'a\')\n    """',
        "call(*arguments_of_the_call, **named_arguments_of_the_call, one=1, two=2, three=3)",
        "x = first_part_of_a_long_sum + second_part_of_a_long_sum + third_part_of_a_long_sum",
        "x = äöü('ä') + second_part_of_a_long_sum(third_part_of_a_long_sum, fourth_part_of_it)",
        "call((first_part or second_part_of_it), third_part_of_the_call_or_so, fourth_part_of_it)",
        "if the_first_part_of_the_line: call(second_part_of_the_line, third_part_of_it, 4)",
        "call(first_part_of_the_line, 2); call(second_part_of_the_line, third_part_of_it, 4)",
        "x = 1\ry = 'a'\ncall(first_part_of_the_line, second_part_of_the_line, third_part_of_it)",
        "def f(",
        "",
    ],
)
def test_what_is_not_understood_stays(text):
    kept = foresee(text, 70)
    assert kept.replace('"', "'") == text.replace('"', "'")
    assert kept.count('"""') == text.count('"""')


@pytest.mark.parametrize(
    "text",
    [
        "call(first_part_of_the_call  ,  second_part_of_the_call  ,  third_part)",
        "call(first_part ** of_the_call, second_part ** of_the_call, third_part_1)",
        "call(first_part[of_the : call], second_part[of_the : call], third_part, 1)",
        "call(first_part_of_the_call, ((second_part_of_the_call)), third_part_of_it)",
        "call(0XABCDEF, 1E5, first_part_of_the_call, second_part_of_the_call, abcdefgh)",
        "(first, second) = (call_of_the_first_part(one), call_of_the_second_part(two))",
        "kinds: ClassVar[dict[str, Callable[[Any, Any]]]] = {'add': add, 'subtract': subtract}",
        "first = second = [call_of_the_first_part(one), call_of_the_second_part(two), 3]",
        "assert call(one) == [call_of_the_first_part(one), call_of_the_second_part(two)]",
        "x = call_of_the_first_part(one).call_of_the_second_part(two, three, four_and_five)",
    ],
)
def test_black_puts_no_comma_that_it_would_not_have_put(text):
    for width in range(40, 80):
        assert by_black(foresee(text + "\n", width), width) == by_black(text + "\n", width)


def functions():
    """Return the functions of the package, each on as few lines as can be."""
    for path in sorted(Path(signalgen.__file__).parent.rglob("*.py"))[::9]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield pytest.param(ast.unparse(node) + "\n", id=f"{path.stem}-{node.name}")


@pytest.mark.parametrize("text", list(functions())[::3])
def test_black_makes_the_same_of_both(text):
    assert by_black(foresee(text, 60), 60) == by_black(text, 60)
