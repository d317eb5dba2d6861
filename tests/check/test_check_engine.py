"""The run: what is chosen, what a comment or a baseline silences, and what a file that is no Python does."""

import importlib

import pytest
from check_kit import HEAD, findings, make_index

from signalgen.check import Choice, all_rules, analyse
from signalgen.check.engine.baseline import decode, encode, without_known
from signalgen.errors import UsageError
from signalgen.flow.reach.reach import own_calls
from signalgen.values.noqa import noqa_of

BAD = (
    HEAD
    + "@receiver(post_save, sender=Order)\ndef f(sender, instance):{comment}\n    instance.save()\n"
)


BOTH = """@receiver(post_save, sender=Order)
def save_{0}(sender, instance, **kwargs):
    Line.objects.create(order=instance)
    send_mail("a", "b", "c", ["d{0}"])


@receiver(post_save, sender=Line)
def count_{0}(sender, instance, **kwargs):
    instance.order.save()
    instance.save()


"""


def codes(source, choice=None):
    choice = choice or Choice(select=("SG201", "SG301"))
    return [item.code for item in analyse(make_index(source), choice).findings]


def chosen(**options):
    return {rule.code for rule in Choice(**options).rules(all_rules())}


def test_findings_come_in_the_order_of_the_file():
    assert codes(BAD.format(comment="")) == ["SG301", "SG201"]


SILENCING = [
    "  # noqa: SG301",
    "  # noqa",
    "  # NOQA:SG301",
    "  # noqa: F401, SG301",
    "  # noqa: F401 SG301 why",
]


@pytest.mark.parametrize("comment", SILENCING)
def test_a_comment_silences_its_line_alone(comment):
    assert "SG301" not in codes(BAD.format(comment=comment))
    assert "SG201" in codes(BAD.format(comment=comment))


@pytest.mark.parametrize(
    "comment",
    ["  # noqa: SG302", "  # noqa: F401", "  # about noqa", "  # SG301", "  # noqa: SG30"],
)
def test_other_comments_silence_nothing(comment):
    assert "SG301" in codes(BAD.format(comment=comment))


def test_a_comment_behind_the_last_line_of_a_call_counts():
    source = (
        HEAD
        + "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kw):\n    instance.save(\n    ){}\n"
    )
    assert codes(source.format("")) == ["SG201"]
    assert codes(source.format("  # noqa: SG201")) == []


def test_noqa_reads_codes_in_every_spelling():
    assert noqa_of("x  # noqa", 1).codes == frozenset()
    assert noqa_of("x  # noqa:SG101,E501", 1).codes == {"SG101", "E501"}
    assert noqa_of("x = 'nope'", 1) is None


def test_a_longer_prefix_outweighs_a_shorter_one():
    assert chosen(select=("SG1",), ignore=("SG103",)) >= {"SG101"}
    assert "SG103" not in chosen(select=("SG1",), ignore=("SG103",))
    assert chosen(select=("SG101",), ignore=("SG1",)) == {"SG101"}
    assert chosen(select=("no-kwargs",)) == {"SG301"}
    assert chosen(select=("ALL",)) == {rule.code for rule in all_rules()}
    assert chosen() == {rule.code for rule in all_rules() if rule.default}
    assert chosen(ignore=("ALL",)) == set()
    assert "SG301" not in chosen(ignore=("SG301",))


def test_an_unknown_rule_is_named():
    with pytest.raises(UsageError) as caught:
        Choice(select=("SG999", "SG101"), ignore=("nonsense",)).check(all_rules())
    assert [problem.message for problem in caught.value.problems] == [
        "there is no rule 'SG999'",
        "there is no rule 'nonsense'",
    ]


@pytest.mark.parametrize(
    ("pattern", "left"), [("shop/*", []), ("shop", []), ("signals.py", []), ("other/*", ["SG301"])]
)
def test_rules_can_be_ignored_by_file(pattern, left):
    source = HEAD + "@receiver(post_save)\ndef f(sender): ...\n"
    assert codes(source, Choice(per_file={pattern: ("SG3",)})) == left


def test_only_what_lies_below_the_paths_is_reported():
    index = make_index(HEAD + "@receiver(post_save)\ndef f(sender): ...\n")
    for below, count in (
        (["shop"], 1),
        (["shop/signals.py"], 1),
        (["."], 1),
        (["sho"], 0),
        (["shop/models.py"], 0),
    ):
        assert len(analyse(index, Choice(), below).findings) == count, below


def test_a_baseline_holds_what_was_there_and_survives_other_lines():
    source = HEAD + "@receiver(post_save)\ndef f(sender): ...\n"
    known = decode(encode(findings(source, "SG301")), "known.json")
    moved = analyse(make_index(HEAD + "\n\nx = 1\n" + source.removeprefix(HEAD)), Choice())
    assert [item.code for item in moved.findings] == ["SG301"]
    assert without_known(moved, known).findings == ()
    twice = analyse(make_index(source + "@receiver(post_save)\ndef g(sender): ...\n"), Choice())
    assert [item.context for item in without_known(twice, known).findings] == ["g"]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"findings": [1]}', b'{"findings": [{"path": "x"}]}', b"\xff"]
)
def test_a_broken_baseline_is_a_usage_error(data):
    with pytest.raises(UsageError):
        decode(data, "known.json")


def test_a_statement_that_is_no_python_is_reported_and_the_rest_analysed():
    broken = HEAD + "@receiver(post_save)\ndef f(sender:\n    ...\n"
    report = analyse(
        make_index(
            {
                "shop/signals.py": broken,
                "shop/more.py": HEAD + "@receiver(post_save)\ndef f(sender): ...\n",
            }
        ),
        Choice(select=("SG301",)),
    )
    assert [item.path for item in report.findings] == ["shop/more.py"]
    assert [item.file for item in report.skipped] == ["shop/signals.py"]


def test_syntax_newer_than_this_python_is_read():
    source = (
        HEAD
        + "@receiver(post_save)\ndef f(sender):\n    try:\n        x()\n    except A, B:\n        pass\n"
    )
    report = analyse(make_index(source), Choice())
    assert [item.code for item in report.findings] == ["SG301"]
    assert report.skipped == ()


def test_what_is_known_of_receivers_that_are_done_with_is_gone_and_the_findings_are_the_same(
    monkeypatch,
):
    """Thousands of receivers take more room by what is known of them than by their trees."""
    source = (
        HEAD
        + "from django.core.mail import send_mail\n\n\n"
        + "".join(BOTH.format(n) for n in range(20))
    )
    every = Choice(select=("ALL",))
    at_once = analyse(make_index(source), every)
    assert {"SG101", "SG108", "SG201", "SG202"} <= {one.code for one in at_once.findings}
    for module in ("signalgen.check.engine.run", "signalgen.check.rules.sg202_signal_cycle"):
        monkeypatch.setattr(importlib.import_module(module), "AT_ONCE", 2)
    index = make_index(source)
    assert analyse(index, every) == at_once
    assert len(index.receivers) == 40
    functions = {one for (one,) in index.memo[own_calls.__wrapped__]}
    assert 2 <= len(functions) <= 4
