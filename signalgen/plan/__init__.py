"""Spec x Project -> Plan: every name, path and sender settled. Says what must be, never where in a file."""

from signalgen.plan.advice import ADVICE
from signalgen.plan.make import make_plan

__all__ = ["ADVICE", "make_plan"]
