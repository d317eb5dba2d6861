"""The table of Django's model classes is that of the fields that generation knows, and all of it is really there."""

from signalgen.facts.models import MODEL_CLASSES
from signalgen.project.django_models import KNOWN_FIELDS, MODEL_BASES


def test_the_two_tables_agree():
    assert {*KNOWN_FIELDS, *MODEL_BASES} == MODEL_CLASSES
