import os

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "auditlog",
    "easy_thumbnails",
    "imagekit",
    "rest_framework",
    "simple_history",
    "sorl.thumbnail",
    "shop",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
WSGI_APPLICATION = "config.wsgi.application"
ROOT_URLCONF = "config.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379") + "/1",
        "KEY_PREFIX": "tenant",
    },
    "valkey": {
        "BACKEND": "django_valkey.cache.ValkeyCache",
        "LOCATION": os.environ.get("REDIS_URL", "redis://127.0.0.1:6379").replace(
            "redis:", "valkey:"
        )
        + "/2",
        "KEY_PREFIX": "shop",
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "easy_thumbnails": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
}
IMAGEKIT_CACHEFILE_DIR = "imagekit"
RATES = {"eur": 1}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "requests": {
            "class": "logging.FileHandler",
            "filename": os.environ.get("REQUESTS_LOG", os.devnull),
            "delay": True,
        }
    },
    "loggers": {"shop.requests": {"handlers": ["requests"], "level": "INFO"}},
}
THUMBNAIL_DEFAULT_STORAGE_ALIAS = "default"
