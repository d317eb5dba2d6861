"""Planning: a spec in its project becomes the plan of what each app will hold, or problems with their place in the spec."""

from signalgen.plan.make import Draft, draft_plans, settle
from signalgen.plan.sound import without

__all__ = ["Draft", "draft_plans", "settle", "without"]
