"""Draws specs: handlers whose bodies fit the models of a project. The same seed gives the same spec."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bodies import ASYNC_BODIES, BEFORE_BODIES, BODIES, CHANGE_BODIES, GUARDS

HERE: Final = Path(__file__).resolve().parent
LETTERS: Final = {
    "post_save": "S",
    "pre_save": "P",
    "pre_delete": "DB",
    "post_delete": "D",
    "m2m_changed": "M",
}
PLAIN: Final = (
    "request_finished",
    "request_started",
    "got_request_exception",
    "setting_changed",
    "connection_created",
    "template_rendered",
    "post_migrate",
    "pre_migrate",
    "class_prepared",
    "post_init",
    "pre_init",
)
USERS: Final = ("user_logged_in", "user_logged_in", "user_logged_out", "user_login_failed")
TOKEN: Final = re.compile(r"<(\w+)(?:\.(\w+))?>")
ROOTS: Final = {
    "parent": "parent",
    "Parent": "parent",
    "grand": "parent",
    "maybe": "maybe",
    "Maybe": "maybe",
    "kid": "kid",
    "kids": "kid",
    "Kid": "kid",
    "one": "one",
    "many": "one",
    "One": "one",
    "part": "part",
    "Part": "part",
    "user": "user",
    "maybeuser": "maybeuser",
}
OWN_WORDS: Final = re.compile(
    r"\b(AuditEntry|Counter|push|apush|lock|Ledger|reindex|render_text|row_event|global_events)\b"
)
TAKEN: Final = {
    "user",
    "sender",
    "instance",
    "row",
    "model",
    "cache",
    "settings",
    "action",
    "reverse",
    "created",
    "using",
}
NOTHING: Final[dict[str, Any]] = {
    "kinds": {},
    "values": {},
    "relations": {kind: [] for kind in ("parent", "maybe", "kid", "one", "part")},
    "name": "",
    "snake": "",
    "objects": False,
    "module": "",
    "app": "",
}
ENQUEUED: Final = ("celery", "django", "rq", "dramatiq", "huey")
NO_TABLES: Final = ("objects", "atomic", "on_commit", "recount", ".filter(", ".get(")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a spec goes: the app, what its bodies may speak of, and how its tasks are queued."""

    app: str
    label: str
    schema: dict[str, Any]
    tasks: str = "celery"
    services: bool = True
    django: tuple[int, int] = (5, 2)


@cache
def relations() -> tuple[tuple[str, str], ...]:
    """Return the bodies of relations.txt with their letters."""
    parts = re.split(r"(?m)^## (\w+)\n", (HERE / "relations.txt").read_text())
    return tuple((parts[i], parts[i + 1].rstrip("\n")) for i in range(1, len(parts), 2))


class Drawer:
    """Draws the handlers of one spec."""

    def __init__(self, seed: int, home: Home) -> None:
        self.random = random.Random(seed)
        self.home = home
        self.models = {m["label"]: m for m in home.schema["models"]}
        names = [m["name"] for m in self.models.values()]
        self.clear = {n for n in names if names.count(n) == 1}
        self.senders = [
            m
            for m in self.models.values()
            if m["app"] == home.label
            and m["name"] in self.clear
            and not m["name"].startswith("Historical")
            and m["name"] not in ("AuditEntry", "Counter")
            and m["objects"]
        ]

    def known(self, model: dict[str, Any]) -> bool:
        """Tell whether bodies may name ``model``: its class is the project's and unique."""
        own = self.home.app.split(".", maxsplit=1)[0]
        return (
            model["name"] in self.clear
            and model["objects"]
            and (
                model["module"].split(".", maxsplit=1)[0] == own or model["app"] == self.home.label
            )
        )

    def field(self, model: dict[str, Any], kind: str) -> str | None:
        """Return a field of ``model``; the same one for the whole body."""
        names = model["kinds"].get(kind)
        return names[self.turn % len(names)] if names else None

    def fill(
        self, text: str, model: dict[str, Any], fixed: dict[str, Any] | None = None
    ) -> str | None:
        """Put names of ``model`` and its relations into a body; None when it lacks one."""
        self.turn = self.random.randrange(1000)
        tokens = TOKEN.findall(text)
        if (
            ("objects" in text or OWN_WORDS.search(text))
            and not self.home.services
            and OWN_WORDS.search(text)
        ):
            return None
        if "LogEntry" in text and "admin" not in self.home.schema["apps"]:
            return None
        names: dict[tuple[str, str], str] = {}
        for root in {ROOTS[one] for one, _ in tokens if one in ROOTS}:
            wanted = {t for t in tokens if ROOTS.get(t[0]) == root}
            found = [
                got
                for entry in self.entries(root, model, fixed or {})
                if (got := self.bind(root, entry, wanted)) is not None
            ]
            if not found:
                return None
            names |= self.random.choice(found)
        for token in tokens:
            if token in names:
                continue
            value = self.own(model, token[0])
            if value is None:
                return None
            names[token] = value
        return TOKEN.sub(lambda m: names[m.group(1), m.group(2) or ""], text)

    def own(self, model: dict[str, Any], word: str) -> str | None:
        """Return what ``word`` is for the handler's own model."""
        if word == "Self":
            return model["name"] if self.known(model) else None
        if word == "self":
            return str(model["snake"])
        if word == "value":
            choice = self.field(model, "choice")
            return self.value(model, choice) if choice else None
        return self.field(model, word)

    def value(self, model: dict[str, Any], choice: str) -> str | None:
        """Return an expression for one of the values of a field with choices."""
        values = model["values"].get(choice) or ["None"]
        value = values[self.turn % len(values)]
        if "." in value and not value.startswith("'") and not self.known(model):
            return None
        return value if value != "None" else None

    def entries(self, root: str, model: dict[str, Any], fixed: dict[str, Any]) -> list[Any]:
        """Return the relations of ``model`` that may stand for ``root``."""
        if root in fixed:
            return [fixed[root]]
        user = self.home.schema["user"]
        if root in ("user", "maybeuser"):
            kind = "parent" if root == "user" else "maybe"
            return [e for e in model["relations"][kind] if e["to"] == user]
        return list(model["relations"][root])

    def bind(
        self, root: str, entry: Any, wanted: set[tuple[str, str]]
    ) -> dict[tuple[str, str], str] | None:
        """Return what ``wanted`` are for one relation, None when one of them does not exist."""
        target = self.models.get(entry["to"])
        if target is None or (root in ("kid", "part") and target["app"] in ("admin", "authtoken")):
            return None
        snake = target["snake"] + ("_row" if target["snake"] in TAKEN else "")
        out = {}
        for word, sub in wanted:
            value: str | None
            if word[0].isupper():
                value = target["name"] if self.known(target) else None
            elif word == "grand":
                inner = [e["name"] for e in target["relations"]["parent"]]
                value = inner[self.turn % len(inner)] if inner else None
            elif not sub:
                value = snake if word in ("kid", "one") else entry["name"]
            elif sub in ("kids", "query", "fk"):
                value = entry.get(sub)
            elif sub == "make":
                value = None if entry["joint"] else entry["make"]
            elif sub == "value":
                choice = self.field(target, "choice")
                value = self.value(target, choice) if choice else None
            else:
                value = self.field(target, sub)
            if value is None:
                return None
            out[word, sub] = value
        return out

    def tasks(self, text: str) -> str | None:
        """Queue as this project's library does; None when it cannot."""
        kind = self.home.tasks
        if kind == "celery" or not re.search(r"\b(refresh|recount|announce)\.", text):
            return text
        if kind == "none" or "apply_async" in text:
            return None
        form = {
            "django": ".enqueue",
            "rq": ".delay",
            "huey": "",
            "dramatiq": ".send",
            "procrastinate": ".defer",
        }
        if kind == "django-q":
            return re.sub(
                r"\b(refresh|recount|announce)\.delay\((\w?)",
                lambda m: (
                    f'async_task("{self.home.app}.tasks.{m[1]}"' + (f", {m[2]}" if m[2] else "")
                ),
                text,
            )
        if kind == "procrastinate":
            text = re.sub(r"\b(refresh|announce)\.delay\((?!pk=)", r"\1.delay(pk=", text)
        return re.sub(r"\b(refresh|recount|announce)\.delay\b", rf"\1{form[kind]}", text)

    def body(
        self,
        letters: str,
        model: dict[str, Any] | None,
        most: int = 2,
        *,
        is_async: bool = False,
        fixed: dict[str, Any] | None = None,
    ) -> str:
        """Return one or more statements of the pools that fit."""
        plain = [t for where, t in BODIES if where == "*"]
        fitting = [t for where, t in BODIES if where != "*" and set(where) & set(letters)]
        rows = [t for where, t in relations() if set(where) & set(letters)]
        if not letters:
            plain = [t for t in plain if not any(word in t for word in NO_TABLES)]
        if is_async:
            plain, fitting, rows = (
                [t for w, t in ASYNC_BODIES if w == "*" or set(w) & set(letters)],
                [],
                [],
            )
        out: list[str] = []
        number = self.random.randint(1, most)
        for _ in range(400):
            pool = self.random.choices((rows, fitting, plain), (7, 2, 1))[0]
            if not pool:
                pool = plain
            text = self.random.choice(pool)
            filled = self.fill(
                text,
                model or NOTHING,
                fixed,
            )
            filled = self.tasks(filled) if filled is not None else None
            if filled is not None and filled not in out:
                out.append(filled)
            if len(out) == number:
                break
        return "\n".join(out) + "\n" if out else 'logger.info("nothing fits")\n'

    def handler(self, number: int) -> dict[str, Any]:
        """Return one handler of any kind."""
        draw = self.random.random()
        name = f"handler_{number}"
        many = [m for m in self.senders if m["relations"]["one"]]
        if draw < 0.12 and many:
            out = self.m2m_handler(name, many)
        elif draw < 0.17:
            signal = self.random.choice(USERS)
            user = self.models[self.home.schema["user"]]
            letters = "U" if signal == "user_logged_in" else ""
            out = {
                "name": name,
                "signal": signal,
                "body": self.body(letters, user if letters else None),
            }
        elif draw < 0.21:
            plain = PLAIN if self.home.services else PLAIN[:-2]  # their loggers may write rows
            out = {"name": name, "signal": self.random.choice(plain), "body": self.body("", None)}
        else:
            out = self.row_handler(name)
        return self.options(out)

    def guard(self, letters: str, model: dict[str, Any]) -> str | None:
        """Return a condition that fits, now and then."""
        if self.random.random() >= 0.2:
            return None
        pool = [text for where, text in GUARDS if set(where) & set(letters)]
        pool = [text for text in pool if '"shop"' not in text or self.home.label == "shop"]
        return self.fill(self.random.choice(pool), model) if pool else None

    def row_handler(self, name: str) -> dict[str, Any]:
        """Return a handler of saves or deletions."""
        signal = self.random.choices(
            ("post_save", "pre_save", "post_delete", "pre_delete"), (6, 2, 1.2, 1)
        )[0]
        model = self.random.choice(self.senders)
        letters = LETTERS[signal]
        out: dict[str, Any] = {"name": name, "signal": signal, "model": model["name"]}
        asynchronous = (
            signal == "post_save"
            and self.home.django >= (5, 0)
            and self.home.services
            and self.random.random() < 0.04
        )
        if asynchronous:
            out["async"] = True
        if guard := self.guard(letters, model):
            out["when"] = guard
        keys = self.random.choice(
            ("body", "branches", "branches", "both", "implementation", "changes", "enqueue")
        )
        changes = [
            n for kind in ("text", "flag", "choice", "number") for n in model["kinds"].get(kind, [])
        ]
        says = "created" in str(out.get("when"))
        if letters[0] == "D" or asynchronous or says or (keys == "changes" and not changes):
            keys = self.random.choice(("body", "body", "implementation", "enqueue"))
        if keys == "enqueue" and self.home.tasks not in ENQUEUED:
            keys = "body"
        if keys in ("body", "both"):
            out["body"] = self.body(letters, model, is_async=asynchronous)
        places = (("on_create",), ("on_update",), ("on_create", "on_update"))
        for key in self.random.choice(places) if keys in ("branches", "both") else ():
            out[key] = self.body(letters, model)
        if keys == "implementation":
            out["implementation"] = self.body(letters, model, is_async=asynchronous)
            if signal == "pre_save" and (t := self.fill(self.random.choice(BEFORE_BODIES), model)):
                out["implementation"] = t + "\n"
        if keys == "changes":
            out["on_change"] = self.changes(signal, changes, model["kinds"].get("text", []))
        if keys == "enqueue":
            out["enqueue"] = self.enqueue(letters)
        if signal == "post_save" and changes and self.random.random() < 0.08:
            out["update_fields"] = changes[:2]
        late = signal != "pre_save" and not asynchronous and self.random.random() < 0.08
        if late and "return" not in (text := self.body("", None, 1)):
            out["after_commit"] = text
        return out

    def changes(self, signal: str, changes: list[str], texts: list[str]) -> dict[str, str]:
        """Return what happens when one or two of the fields ``changes`` change; ``texts`` hold text."""
        chosen = self.random.sample(changes, self.random.randint(1, min(2, len(changes))))
        pool = [b for b in CHANGE_BODIES if signal == "post_save" or "created" not in b]
        pool = [
            t
            for b in pool
            if (self.home.services or not OWN_WORDS.search(b)) and (t := self.tasks(b))
        ]
        plain = [t for t in pool if '"draft"' not in t]
        return {
            field: self.random.choice(pool if field in texts else plain) + "\n" for field in chosen
        }

    def enqueue(self, letters: str) -> list[dict[str, Any]]:
        """Return one or two ``enqueue`` entries."""
        places = {"S": ("save", "create", "update"), "P": ("save",), "D": ("delete",)}[letters[0]]
        args = (["str(instance.pk)"], ["instance.pk"], ['"fixed"'])
        return [
            {"task": task, "on": self.random.choice(places), "args": self.random.choice(args)}
            for task in self.random.choice((("refresh",), ("refresh", "announce")))
        ]

    def m2m_handler(self, name: str, many: list[dict[str, Any]]) -> dict[str, Any]:
        """Return a handler of m2m_changed."""
        model = self.random.choice(many)
        entry = self.random.choice(model["relations"]["one"])
        out: dict[str, Any] = {
            "name": name,
            "signal": "m2m_changed",
            "model": model["name"],
            "field": entry["name"],
        }
        if self.random.random() < 0.3:
            out["body"] = self.body("M", model, fixed={"one": entry})
            return out
        keys = ("on_pre_add", "on_add", "on_pre_remove", "on_remove", "on_pre_clear", "on_clear")
        for key in self.random.sample(keys, self.random.randint(1, 3)):
            out[key] = self.body("M", model, fixed={"one": entry})
        return out

    def options(self, handler: dict[str, Any]) -> dict[str, Any]:
        """Add the keys that every handler may have."""
        if self.random.random() < 0.12:
            handler["on_error"] = "log"
        if self.random.random() < 0.05:
            handler["raw"] = "run"
        if self.random.random() < 0.05:
            handler["defer_tasks"] = False
        if self.random.random() < 0.08:
            handler["dispatch_uid"] = f"{self.home.label}-{handler['name']}"
        if self.random.random() < 0.04 and handler["signal"] in ("post_save", "pre_save"):
            handler["recursion"] = "guarded"
        if handler["signal"] not in ("post_save", "pre_save", "m2m_changed"):
            handler.pop("raw", None)
        return handler

    def spec(self, number: int) -> dict[str, Any]:
        """Return a spec with ``number`` handlers, two of them of a custom signal."""
        handlers = [self.handler(n) for n in range(max(number - 2, 1))]
        model = self.random.choice(self.senders)
        receivers: list[dict[str, Any]] = []
        for n in range(2):
            one = self.options(
                {"name": f"receiver_{n}", "signal": "", "body": self.body("C", model)}
            )
            del one["signal"]
            if self.random.random() < 0.4:
                one["when"] = self.random.choice([t for where, t in GUARDS if where == "C"])
            receivers.append(one)
        sends = ("send", "send", "send_robust", *(("asend",) if self.home.django >= (5, 0) else ()))
        args = {"row": model["name"], "amount": "Decimal", "note": "str"}
        signal = {
            "name": "stock_taken",
            "description": "Stock has gone.",
            "sender": model["name"],
            "args": args,
        }
        tasks = [
            {"name": "refresh", "args": ["pk"]},
            {"name": "recount"},
            {"name": "announce", "args": ["pk"]},
        ]
        return {
            "version": 1,
            "app": self.home.app,
            "imports": self.imports(handlers, receivers),
            **({"celery_tasks": tasks} if self.home.tasks in ("celery", "django") else {}),
            **({"task_backend": "django"} if self.home.tasks == "django" else {}),
            "handlers": handlers,
            "signals": [{**signal, "send": self.random.choice(sends), "handlers": receivers}],
        }

    def imports(self, handlers: list[dict[str, Any]], receivers: list[dict[str, Any]]) -> list[str]:
        """Return the imports that the bodies need."""
        text = repr(handlers) + repr(receivers)
        app = self.home.app
        known = {
            "suppress": "from contextlib import suppress",
            "ObjectDoesNotExist": "from django.core.exceptions import ObjectDoesNotExist",
            "model_to_dict": "from django.forms.models import model_to_dict",
            "async_task": "from django_q.tasks import async_task",
            "uuid": "import uuid",
        }
        for word in ("Ledger", "apush", "lock", "push", "reindex", "render_text"):
            known[word] = f"from {app}.services import {word}"
        for word in ("global_events", "row_event"):
            known[word] = f"from {app}.events import {word}"
        return [line for word, line in known.items() if re.search(rf"\b{word}\b", text)]
