from .jobs import other  # noqa: F401
