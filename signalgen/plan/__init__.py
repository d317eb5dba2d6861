"""Spec x Project -> Plan: every name, path and sender settled. Says what must be, never where in a file."""

from signalgen.plan.advice import ADVICE
from signalgen.plan.make import Draft, draft_plans, settle

__all__ = ["ADVICE", "Draft", "draft_plans", "settle"]
