"""A name counts as used only where code may read it from the module: what is removed must not break anybody's code."""

from __future__ import annotations

import ast

import pytest
from merge_kit import State, logger, receiver, run, unrun

from signalgen.merge.scopes import module_reads

USED = [
    "logger.info(1)",
    "def act():\n    logger.info(1)",
    "def act(value=logger):\n    logger = value\n    logger.info(1)",
    "def act():\n    global logger\n    logger = logger.getChild('x')",
    "def act():\n    [logger for logger in loggers]\n    logger.info(1)",
    "def act():\n    {name: logger for name, logger in loggers}\n    logger.info(1)",
    "def act():\n    def inner():\n        logger = 1\n    logger.info(1)",
    "def act():\n    logger = 1\n    def inner():\n        global logger\n        logger.info(1)",
    "class Act:\n    logger = logger",
    "class Act:\n    logger = 1\n    def act(self):\n        logger.info(1)",
    "@logger\ndef act(logger):\n    pass",
    "def act(logger) -> logger:\n    pass",
    "act = lambda value=logger: value",
    "act = lambda: logger",
    "def act():\n    class logger:\n        pass\nlogger()",
    "def act():\n    try:\n        logger.info(1)\n    except ValueError as error:\n        raise",
]
OWN = [
    "def act(logger):\n    logger.info(1)",
    "def act(*logger):\n    logger.count(1)",
    "async def act(*, logger):\n    logger.info(1)",
    "def act():\n    logger = make()\n    logger.info(1)",
    "def act():\n    if ready:\n        from logs import logger\n    logger.info(1)",
    "def act():\n    import logger.handlers\n    logger.info(1)",
    "def act():\n    logger = make()\n    def inner():\n        return logger\n    return [logger for x in y]",
    "def act():\n    with make() as (first, logger):\n        logger.info(1)",
    "def act():\n    try:\n        run()\n    except ValueError as logger:\n        print(logger)",
    "def act():\n    for logger in loggers:\n        logger.info(1)",
    "def act():\n    def logger():\n        return logger\n    return logger()",
    "act = lambda logger: logger",
    "logger = 1",
    "print(act.logger)",
    "print(act(logger=1))",
]


@pytest.mark.parametrize("code", USED)
def test_what_may_be_the_modules_is_used(code):
    assert "logger" in set(module_reads(ast.parse(code)))


@pytest.mark.parametrize("code", OWN)
def test_a_functions_own_variable_is_not_the_modules(code):
    assert "logger" not in set(module_reads(ast.parse(code)))


def test_a_logger_goes_although_a_method_has_one_of_its_own():
    before = b"class Mail:\n    def send(self):\n        logger = self.make_logger()\n        logger.info(1)\n"
    made = run(State(before), [logger(), receiver("on_order", "logger.info(2)")])
    assert b"\nlogger = " in made.state.data
    assert unrun(made.state).state.data == before


def test_a_logger_stays_when_a_function_uses_it():
    made = run(State(b"import os\n"), [logger(), receiver("on_order", "logger.info(2)")])
    mine = made.state.data + b"\n\ndef act():\n    logger.info(os.name)\n"
    back = unrun(State(mine, made.state.baseline))
    assert b"\nlogger = logging.getLogger(__name__)\n" in back.state.data
    assert b"on_order" not in back.state.data
