"""The colours of charts, pages and workbooks, told apart by lightness alone, so also in grey."""

from __future__ import annotations

DARK, MIDDLE, LIGHT, PALE, ACCENT, GREY = "#1f4e79", "#6f9bc0", "#b9cfe2", "#e3e9ef", "#b0603f", "#6b7280"
SHADES = (DARK, LIGHT, MIDDLE, PALE, ACCENT, GREY)
INK = "#222222"
#: Lines under headings.
RULED = "#8696a7"
#: Fill and ink of what differs, of what is doubtful, of what agrees.
BAD, DOUBTFUL, GOOD = ("#f6d5cf", "#8c2f1b"), ("#fbe9c6", "#7a5200"), ("", "#2e5e33")
