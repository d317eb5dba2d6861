"""SG001: a ``# noqa`` that silences nothing, and what its fix leaves."""

import pytest
from check_kit import HEAD, findings, make_index

from signalgen.check import Choice, analyse

CODE = "SG001"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("x = 1  # noqa: SG301", "x = 1"),
        ("x = 1  # noqa: SG301, E501", "x = 1  # noqa: E501"),
        ("x = 'é'  # noqa: E501,SG101,SG301", "x = 'é'  # noqa: E501"),
        ("x = 1  # why  # noqa: SG301", "x = 1  # why"),
    ],
)
def test_an_unused_code_is_found_and_its_fix_leaves_the_rest(line, left):
    (found,) = findings(HEAD + line + "\n", CODE)
    (edit,) = found.fix.edits
    data = (HEAD + line + "\n").encode()
    assert (
        data[: edit.start] + edit.new.encode() + data[edit.end :]
    ).decode() == HEAD + left + "\n"
    assert found.fix.safe


def test_a_reason_behind_it_is_for_a_person_to_judge():
    (found,) = findings(HEAD + "x = 1  # noqa: SG301 it is fine\n", CODE)
    assert found.fix is None


SILENT = [
    "x = 1  # noqa\n",
    "x = 1  # noqa: E501\n",
    "X = '# noqa: SG301'\n",
    "X = '''\n# noqa: SG301\n'''\n",
    "@receiver(post_save)\ndef f(sender): ...  # noqa: SG301\n",
]


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert findings(HEAD + source, CODE) == []


def test_a_rule_that_does_not_run_may_be_named():
    index = make_index(HEAD + "x = 1  # noqa: SG301\n")
    assert analyse(index, Choice(ignore=("SG301",))).findings == ()
