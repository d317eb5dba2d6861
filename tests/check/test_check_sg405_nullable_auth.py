"""SG405: the user or request that an auth signal may send as None."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG405"
AUTH = (
    HEAD
    + "from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed\n"
)
OUT = "@receiver(user_logged_out)\ndef f(sender, request, user, **kwargs):\n"
FAILED = "@receiver(user_login_failed)\ndef f(sender, credentials, request, **kwargs):\n"

FLAGGED = [
    OUT + "    print(user.email)  # SG405\n",
    OUT + "    if request.GET:\n        user.save()  # SG405\n",
    OUT + "    print(user.email)  # SG405\n    if user:\n        print(user.pk)\n",
    FAILED + "    print(request.META)  # SG405\n",
    FAILED + "    print(request.path and request)  # SG405\n",
    "@receiver(user_logged_out)\ndef f(sender, **kwargs):\n    print(kwargs['user'].email)  # SG405\n",
    "def f(sender, **kwargs):\n    user = kwargs.get('user')\n    user.save()  # SG405\nuser_logged_out.connect(f)\n",
    "user_logged_out.connect(lambda sender, user, **kwargs: print(user.pk), weak=False)  # SG405\n",
]
SILENT = [
    OUT + "    if user:\n        print(user.email)\n",
    OUT + "    if user is None:\n        return\n    print(user.email)\n",
    OUT + "    print(user and user.email)\n",
    OUT + "    print(user.email if user else '')\n",
    OUT + "    try:\n        print(user.email)\n    except AttributeError:\n        print()\n",
    OUT + "    if request.user.is_authenticated:\n        print(user.email)\n",
    OUT + "    user = user or request.user\n    print(user.email)\n",
    OUT + "    print(getattr(user, 'email', None), user, request.path)\n",
    FAILED + "    if request:\n        print(request.META)\n",
    FAILED + "    print(request.META if request is not None else credentials.get('username'))\n",
    FAILED + "    print(credentials.get('username'))\n",
    "@receiver(user_logged_in)\ndef f(sender, request, user, **kwargs):\n    print(user.email, request.path)\n",
    (
        "@receiver([user_logged_in, user_logged_out])\ndef f(sender, signal, user, **kwargs):\n"
        "    if signal is user_logged_in:\n        print(user.email)\n"
    ),
    "@receiver(post_save)\ndef f(sender, user, **kwargs):\n    print(user.email)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(AUTH + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(AUTH + source, CODE)
