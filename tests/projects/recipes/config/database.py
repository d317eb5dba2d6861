"""The database of the settings: SQLite, or the PostgreSQL or MariaDB that DATABASE_URL names.

ISOLATION says how far transactions are kept apart (``repeatable read``); without it, as Django has it.
"""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
ISOLATION = os.environ.get("ISOLATION", "read committed")


def default_database():
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}
    parts = urlsplit(url)
    return {
        **(mariadb() if parts.scheme == "mysql" else postgresql()),
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def postgresql():
    from psycopg import IsolationLevel

    level = IsolationLevel[ISOLATION.upper().replace(" ", "_")]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {"isolation_level": level},
    }


def mariadb():
    import pymysql

    pymysql.install_as_MySQLdb()
    return {
        "ENGINE": "django.db.backends.mysql",
        "OPTIONS": {"isolation_level": ISOLATION, "charset": "utf8mb4"},
        "TEST": {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_general_ci"},
    }
