import re

MENTION = re.compile(r"(?<!\w)@(\w+)")


def mentioned(text):
    """Return the names that a text mentions, each once."""
    return sorted(set(MENTION.findall(text)))
