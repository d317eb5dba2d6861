"""The user of a logout or the request of a failed login, used as if always given.

Flags
-----
`user.…` in a receiver of `user_logged_out`, and `request.…` in a receiver of
`user_login_failed`, without a test of it.

Why it matters
--------------
`logout()` sends None as the user if nobody was logged in, and `authenticate()` without a request
sends None as the request:
https://docs.djangoproject.com/en/stable/ref/contrib/auth/#module-django.contrib.auth.signals

Bad
---
```python
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver


@receiver(user_logged_out)
def say_goodbye(sender, request, user, **kwargs):
    print("goodbye", user.email)  # SG405
```
```python
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver


@receiver(user_login_failed)
def note_address(sender, credentials, request, **kwargs):
    print(request.META["REMOTE_ADDR"])  # SG405
```

Good
----
```python
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver


@receiver(user_logged_out)
def say_goodbye(sender, request, user, **kwargs):
    if user is not None:
        print("goodbye", user.email)
```
```python
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver


@receiver(user_logged_in)
def say_hello(sender, request, user, **kwargs):
    print("hello", user.email)
```

Stays silent when
-----------------
- any test around it or before it mentions the argument or a `user` attribute, or the use is in a
  `try`;
- the name is rebound;
- the receiver is connected to other signals as well and tests which one it is.

Known misses
------------
- helpers that get the argument.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.inserting import none_fix
from signalgen.flow.function.guards import conditions, in_try
from signalgen.flow.function.signature import is_kwarg, mentions_argument, names_of, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_AUTH = "django.contrib.auth.signals."
_NULLABLE = {_AUTH + "user_logged_out": "user", _AUTH + "user_login_failed": "request"}
_WHY = {"user": "nobody was logged in", "request": "authenticate() was called without one"}


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first unguarded use of the argument that may be None."""
    function = receiver.function
    for signal in receiver.signals:
        argument = _NULLABLE.get(signal)
        node = _first(function, argument) if argument is not None else None
        if argument is None or node is None:
            continue
        yield Found(
            path=function.path,
            node=node,
            message=f"{function.name} uses {argument}.{node.attr}, but {short(signal)} sends None "
            f"when {_WHY[argument]}",
            hint=f"return when {argument} is None",
            context=function.qualname,
            fix=none_fix(index, function, node, argument),
        )


def _first(function: FunctionRef, argument: str) -> ast.Attribute | None:
    names = names_of(function, argument)
    kwargs = function.node.args.kwarg
    if any(_is_rebound(node, function, argument) for node in ast.walk(function.node)):
        return None
    found: list[ast.Attribute] = []
    for node in ast.walk(function.node):
        if not isinstance(node, ast.Attribute):
            continue
        named = isinstance(node.value, ast.Name) and node.value.id in names
        if not named and not (kwargs is not None and is_kwarg(node.value, kwargs.arg, argument)):
            continue
        if not in_try(function, node) and not _is_tested(function, node, argument):
            found.append(node)
    return min(found, key=lambda node: (node.lineno, node.col_offset), default=None)


def _is_rebound(node: ast.AST, function: FunctionRef, argument: str) -> bool:
    """Tell whether the name gets another value: ``user = user or AnonymousUser()``."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    bound = any(isinstance(item, ast.Name) and item.id == argument for item in targets)
    kwargs = function.node.args.kwarg
    plain = (
        kwargs is not None and node.value is not None and is_kwarg(node.value, kwargs.arg, argument)
    )
    # ``user = kwargs["user"]`` only gives the argument its name.
    return bound and not plain


def _is_tested(function: FunctionRef, node: ast.AST, argument: str) -> bool:
    return any(
        mentions_argument(item.test, function, argument)
        or mentions_argument(item.test, function, "signal")
        or any(
            isinstance(part, ast.Attribute) and part.attr == argument
            for part in ast.walk(item.test)
        )
        for item in conditions(function, node)
    )


RULE = Rule(
    "SG405",
    "nullable-auth",
    "error",
    on_receiver=check,
    fix="unsafe",
    safety="Without a user or a request, the rest of the receiver is skipped.",
)
