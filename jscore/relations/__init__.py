"""The audit: every relation (勾稽关系) that the figures of a report must hold to, and whether they do."""
