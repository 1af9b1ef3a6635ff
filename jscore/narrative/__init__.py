"""The figures of the 情况说明."""

from jscore.narrative.facts import facts

__all__ = ["facts"]
