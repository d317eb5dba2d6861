"""The table of Django's model classes is that of the fields that generation knows, and all of it is really there."""

from signalgen.facts.modelbases import KNOWN_FIELDS, MODEL_BASES, MODEL_CLASSES


def test_the_two_tables_agree():
    assert {*KNOWN_FIELDS, *MODEL_BASES} == MODEL_CLASSES
