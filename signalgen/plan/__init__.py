"""Spec x Project -> Plan: every name, path and sender settled. Says what must be, never where in a file."""

from signalgen.plan.make import Draft, draft_plans, settle
from signalgen.plan.sound import without

__all__ = ["Draft", "draft_plans", "settle", "without"]
