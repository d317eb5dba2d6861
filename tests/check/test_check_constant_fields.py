"""A constant in ``save(update_fields=FIELDS)`` is read like the list that it stands for."""

import pytest
from check_kit import HEAD, MODELS, findings

CONSTANTS = """\
FIELDS = ["number"]
NOTHING = ()


class Kept:
    FIELDS = ("number",)
    NOTHING = frozenset()
"""
OF_ROW = MODELS.replace(
    "    number =", '    FIELDS = ["number"]\n    NOTHING = []\n    number =', 1
)
IMPORTED = "from shop.consts import FIELDS as NUMBER, Kept, NOTHING\nimport shop.consts\n"
SAVED = """\
{head}{imported}OWN = frozenset({{"number"}})
NONE = frozenset()
GROWING = []
GROWING.append("number")


@receiver(post_save, sender=Order)
def f(sender, instance, update_fields=None, **kwargs):
    local = ["number"]
    {guard}
    instance.number = "1"
    instance.save(update_fields={fields})
"""


def files(fields: str, guard: str = "local.count('x')") -> dict[str, str]:
    source = SAVED.format(head=HEAD, imported=IMPORTED, fields=fields, guard=guard)
    return {"shop/signals.py": source, "shop/consts.py": CONSTANTS, "shop/models.py": OF_ROW}


WRITTEN = [
    "['number']",
    "['number', *OWN]",
    "frozenset(['number'])",
    "OWN",
    "NUMBER",
    "shop.consts.FIELDS",
    "Kept.FIELDS",
    "instance.FIELDS",
    "local",
    "list(OWN)",
]
EMPTY = ["[]", "NONE", "NOTHING", "set()", "Kept.NOTHING", "instance.NOTHING", "list(NOTHING)"]
UNKNOWN = ["GROWING", "kwargs['fields']", "'number'", "update_fields", "elsewhere.FIELDS"]
ENDLESS = "if update_fields is not None and 'email' in update_fields: return"


@pytest.mark.parametrize("fields", WRITTEN)
def test_what_a_constant_names_decides_whether_a_guard_ends_it(fields: str):
    told = [item.severity for item in findings(files(fields, ENDLESS), "SG201")]
    assert told == ["error"]


@pytest.mark.parametrize("fields", WRITTEN)
def test_a_constant_that_a_guard_asks_for_ends_it(fields: str):
    guard = "if update_fields is not None and 'number' in update_fields: return"
    told = [item.severity for item in findings(files(fields, guard), "SG201")]
    assert told == ["info"]


@pytest.mark.parametrize("fields", EMPTY)
def test_a_save_of_no_fields_sends_nothing(fields: str):
    assert findings(files(fields), "SG201") == []


@pytest.mark.parametrize("fields", UNKNOWN)
def test_what_is_not_known_may_end_it(fields: str):
    told = [item.severity for item in findings(files(fields, ENDLESS), "SG201")]
    assert told == ["info"]


IN_CLASS = """\
class Numbering:
    FIELDS = {fields}

    def on_saved(self, sender, instance, update_fields=None, **kwargs):
        if update_fields is not None and "email" in update_fields: return
        instance.number = "1"
        instance.save(update_fields=self.FIELDS)


numbering = Numbering()
post_save.connect(numbering.on_saved, sender=Order)
"""


@pytest.mark.parametrize(
    ("fields", "severity"),
    [("['number']", ["error"]), ("['email']", ["info"]), ("()", []), ("load()", ["info"])],
)
def test_a_constant_of_the_class_around(fields: str, severity: list[str]):
    told = findings(HEAD + IN_CLASS.format(fields=fields), "SG201")
    assert [item.severity for item in told] == severity


@pytest.mark.parametrize(("fields", "lines"), [("OWN", 1), ("OTHER", 0), ("load()", 0)])
def test_what_a_partial_save_does_not_store(fields: str, lines: int):
    source = (
        "OWN = ['number']\nOTHER = ('number', 'email')\n"
        "@receiver(pre_save, sender=Order)\n"
        "def f(sender, instance, **kwargs):\n    instance.email = instance.number\n"
        "def g(pk):\n    order = Order.objects.get(pk=pk)\n    order.number = '1'\n"
        f"    order.save(update_fields={fields})\n"
    )
    assert len(findings(HEAD + source, "SG424")) == lines


def test_the_fix_names_the_fields_of_a_constant():
    source = SAVED.format(head=HEAD, imported="", fields="OWN", guard="")
    assert [item.fix is not None for item in findings(source, "SG201")] == [True]
