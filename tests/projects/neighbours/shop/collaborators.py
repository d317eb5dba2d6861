"""What the receivers call: each call is remembered."""

CALLS = []


def announce(key):
    CALLS.append(("announce", key))


def index_article(key):
    CALLS.append(("index", key))


def unindex_article(key):
    CALLS.append(("unindex", key))


def reload_rates():
    CALLS.append(("reload", None))


def create_default_team(using):
    CALLS.append(("default", using))
