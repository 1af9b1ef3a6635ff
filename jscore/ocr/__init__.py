"""Pages that are pictures, read on this machine: an extra, imported only where a report has such a page."""

from importlib.util import find_spec

#: A text whose least certain character is read this surely (0 to 1) needs nothing else to bear it out.
SURE = 0.9


def installed() -> bool:
    """Whether the extra is there; nothing of it is imported."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None
