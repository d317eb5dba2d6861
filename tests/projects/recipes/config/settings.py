import os

import django

from config.database import BASE_DIR, default_database

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "shop",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "config.urls"
DATABASES = {"default": default_database()}
# What the tests write need not outlive a power cut.
hasty = {"init_command": "PRAGMA synchronous=OFF"} if django.VERSION > (5, 1) else {}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, for the tests with threads: those of a database in memory share its locks.
    DATABASES["default"] |= {
        "OPTIONS": {"timeout": 30, **hasty},
        "TEST": {"NAME": str(BASE_DIR / "test.sqlite3")},
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    "default": {
        "BACKEND": os.environ.get(
            "CACHE", "django.core.cache.backends.locmem.LocMemCache"
        )
    }
}
STORAGES = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
CELERY_BROKER_URL = "memory://"
RATES = {"eur": 1}
