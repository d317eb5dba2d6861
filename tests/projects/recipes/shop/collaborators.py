"""What the recipes call; the tests look at what arrived."""

CALLS = []


def announce(*args):
    CALLS.append(("announce", *args))


def index_article(pk):
    CALLS.append(("index", pk))


def unindex_article(pk):
    CALLS.append(("unindex", pk))


def create_default_tags(using):
    CALLS.append(("defaults", using))


def reload_rates():
    CALLS.append(("rates",))
