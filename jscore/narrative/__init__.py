"""The figures of the 情况说明."""

from jscore.narrative.facts import facts, project_paragraphs

__all__ = ["facts", "project_paragraphs"]
