"""Functions that make Django send its signals, each in every way in which the arguments differ."""

from __future__ import annotations

import asyncio
import importlib
import io
import json
import tempfile
from pathlib import Path

import django
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import models
from django.http import HttpRequest
from django.template import Context, Template
from django.test.utils import override_settings, setup_test_environment, teardown_test_environment
from django.utils.autoreload import BaseReloader

from factsprobe.models import Calzone, HousePizza, Pizza, Topping


def database() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    call_command("flush", verbosity=0, interactive=False)


def rows() -> None:
    Topping.objects.create(name="olive")
    pizza = Pizza(name="marinara")
    pizza.save()
    pizza.save(update_fields=["name"])
    HousePizza.objects.create(name="house")
    Calzone.objects.create(name="folded").delete()
    HousePizza.objects.get(name="house").delete()
    Pizza.objects.filter(pk=pizza.pk).delete()


def many_to_many() -> None:
    pizza, olive, caper = (
        Pizza.objects.create(name="a"),
        Topping.objects.create(name="o"),
        Topping.objects.create(name="c"),
    )
    pizza.toppings.add(olive)
    pizza.toppings.add(olive)
    pizza.toppings.set([caper])
    pizza.toppings.remove(caper)
    pizza.toppings.clear()
    olive.pizzas.add(pizza)
    olive.pizzas.remove(pizza)
    olive.pizzas.set([pizza], clear=True)
    olive.pizzas.clear()


def fixture() -> None:
    data = [
        {"model": "factsprobe.topping", "pk": 90, "fields": {"name": "raw"}},
        {"model": "factsprobe.pizza", "pk": 90, "fields": {"name": "raw", "toppings": [90]}},
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rows.json")
        path.write_text(json.dumps(data))
        call_command("loaddata", str(path), verbosity=0)


def wsgi() -> None:
    handler = WSGIHandler()
    for url in ("/ok", "/broken"):
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": url,
            "SERVER_NAME": "x",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": "http",
        }
        response = handler(environ, lambda status, headers: None)
        list(response)
        response.close()


async def asgi() -> None:
    handler = ASGIHandler()
    for url in ("/ok", "/broken"):
        scope = {
            "type": "http",
            "method": "GET",
            "path": url,
            "headers": [(b"host", b"x")],
            "query_string": b"",
        }
        done = asyncio.Event()
        messages = [{"type": "http.request", "body": b""}]

        async def receive(messages=messages, done=done):
            if messages:
                return messages.pop()
            await done.wait()
            return {"type": "http.disconnect"}

        async def send(message, done=done):
            if message["type"] == "http.response.body" and not message.get("more_body"):
                done.set()

        await handler(scope, receive, send)


def authentication() -> None:
    user = User.objects.create_user("ann", password="right")
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    logout(request)
    logout(request)
    authenticate(request, username="ann", password="wrong")
    authenticate(username="ann", password="wrong")


def tests_support() -> None:
    with override_settings(PROBE=1):
        pass
    setup_test_environment()
    Template("x").render(Context())
    teardown_test_environment()


def define_model() -> None:
    type(
        "Late",
        (models.Model,),
        {"__module__": "factsprobe.models", "Meta": type("Meta", (), {"app_label": "factsprobe"})},
    )


def reloader() -> None:
    class Once(BaseReloader):
        def run_loop(self):
            self.notify_file_changed(Path(__file__))

    class Ready:
        def is_alive(self):
            return True

    thread = Ready()
    thread.join = lambda timeout=None: None
    Once().run(thread)


def tasks() -> None:
    if django.VERSION >= (6, 0):
        importlib.import_module("factsprobe.jobs").work.enqueue()


def everything() -> None:
    """Make Django send all of its signals."""
    database()
    rows()
    many_to_many()
    fixture()
    wsgi()
    asyncio.run(asgi())
    authentication()
    tests_support()
    define_model()
    reloader()
    tasks()
