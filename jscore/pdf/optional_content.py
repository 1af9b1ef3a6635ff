"""The PDF as its own settings have it shown: what layers that are off hold is marked, and figures stand for themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

#: The mark put round what a layer that is off holds.
OFF = "JscoreOff"
#: Depth to which expressions of visibility and forms within forms are followed.
DEPTH = 8

IsOff = Callable[[Any], bool]


def as_shown(pdf: Any) -> bytes | None:
    """A PDF with the mark OFF round what its layers that are off hold, without the notes in them, and without other texts
    (ActualText) given for figures; None where it has nothing of the kind.  What is ``pdf`` is changed.
    """
    is_off = _is_off(pdf)
    changed = False
    for page in pdf.pages:
        changed |= _without_notes(page.obj, is_off)
        for holder in _holders(page.obj):
            changed |= _marked(pdf, holder, is_off)
    if not changed:
        return None
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def _holders(page: Any, depth: int = 0) -> Iterator[Any]:
    """A page and the forms that it draws."""
    import pikepdf

    yield page
    for drawn in dict(page.get("/Resources", {}).get("/XObject", {})).values():
        if isinstance(drawn, pikepdf.Stream) and drawn.get("/Subtype") == "/Form" and depth < DEPTH:
            yield from _holders(drawn, depth + 1)


def _without_notes(page: Any, is_off: IsOff) -> bool:
    import pikepdf

    notes = page.get("/Annots", [])
    shown = [note for note in notes if not ("/OC" in note and is_off(note["/OC"]))]
    if len(shown) < len(notes):
        page["/Annots"] = pikepdf.Array(shown)
        return True
    return False


def _marked(pdf: Any, holder: Any, is_off: IsOff) -> bool:
    """Mark what ``holder`` draws in layers that are off; whether there is any, or a text given for a figure."""
    import pikepdf

    resources = holder.get("/Resources", {})
    properties = dict(resources.get("/Properties", {}))
    groups = {name for name, group in properties.items() if is_off(group)}
    drawn = dict(resources.get("/XObject", {}))
    objects = {name for name, each in drawn.items() if "/OC" in each and is_off(each["/OC"])}
    given = {name for name, each in properties.items() if _is_for_figure(each)}
    if not (groups or objects or given or b"/ActualText" in _content(holder)):
        return False
    begin: Any = ([pikepdf.Name(f"/{OFF}")], pikepdf.Operator("BMC"))
    end: Any = ([], pikepdf.Operator("EMC"))
    found, stack = False, list[bool]()
    out: list[Any] = []
    instructions: Any = pikepdf.parse_content_stream(holder)
    for operands, operator in instructions:
        name = str(operator)
        if name in ("BDC", "BMC"):
            off = name == "BDC" and str(operands[0]) == "/OC" and str(operands[1]) in groups
            if name == "BDC" and (str(operands[1]) in given or _is_for_figure(operands[1])):
                found, operands, operator = True, operands[:1], pikepdf.Operator("BMC")
            stack.append(off)
            out.append((operands, operator))
            out += [begin] if off else []
        elif name == "EMC":
            off = bool(stack) and stack.pop()
            out += [(operands, operator)] * (1 + off)
        elif name == "Do" and str(operands[0]) in objects:
            off = True
            out += [begin, (operands, operator), end]
        else:
            off = False
            out.append((operands, operator))
        found |= off
    if found and isinstance(holder, pikepdf.Stream):
        holder.write(pikepdf.unparse_content_stream(out))
    elif found:
        holder["/Contents"] = pdf.make_stream(pikepdf.unparse_content_stream(out))
    return found


def _content(holder: Any) -> bytes:
    import pikepdf

    streams = holder if isinstance(holder, pikepdf.Stream) else holder.get("/Contents", [])
    streams = [streams] if isinstance(streams, pikepdf.Stream) else list(streams)
    return b"\n".join(stream.read_bytes() for stream in streams)


def _is_for_figure(properties: Any) -> bool:
    """Whether marked content is given another text that has a digit."""
    import pikepdf

    return (
        isinstance(properties, pikepdf.Dictionary)
        and re.search(r"\d", str(properties.get("/ActualText", ""))) is not None
    )


def _is_off(pdf: Any) -> IsOff:
    """Says of a layer, or of an expression of layers, whether what belongs to it is off as the file is opened."""
    settings: Any = pdf.Root.get("/OCProperties", {})
    default: Any = settings.get("/D", {})
    groups = {group.objgen: group for group in settings.get("/OCGs", [])}
    off = set(groups) if default.get("/BaseState") == "/OFF" else set()
    off |= {group.objgen for group in default.get("/OFF", [])}
    off -= {group.objgen for group in default.get("/ON", [])}
    for usage in default.get("/AS", []):
        if usage.get("/Event") == "/View":
            states = {
                group.objgen: str(group.get("/Usage", {}).get("/View", {}).get("/ViewState", ""))
                for group in usage.get("/OCGs", [])
            }
            off |= {key for key, state in states.items() if state == "/OFF"}
            off -= {key for key, state in states.items() if state == "/ON"}
    off -= {key for key, group in groups.items() if not _is_viewed(group)}

    def is_off(membership: Any) -> bool:
        import pikepdf

        if not isinstance(membership, pikepdf.Dictionary):
            return False
        if membership.get("/Type") != "/OCMD":
            return membership.objgen in off
        if "/VE" in membership:
            return not _holds(membership["/VE"], off)
        among: Any = membership.get("/OCGs", [])
        states = [group.objgen in off for group in (among if isinstance(among, pikepdf.Array) else [among])]
        match str(membership.get("/P", "/AnyOn")):
            case "/AllOn":
                return any(states)
            case "/AnyOff":
                return bool(states) and not any(states)
            case "/AllOff":
                return not all(states)
        return bool(states) and all(states)

    return is_off


def _is_viewed(group: Any) -> bool:
    """Whether a layer is one for viewers: others are always shown."""
    import pikepdf

    intent = group.get("/Intent", "/View")
    return bool({"/View", "/All"} & {str(each) for each in (intent if isinstance(intent, pikepdf.Array) else [intent])})


def _holds(expression: Any, off: set[tuple[int, int]], depth: int = 0) -> bool:
    """Whether an expression of layers is true."""
    import pikepdf

    if not isinstance(expression, pikepdf.Array):
        return expression.objgen not in off
    if depth > DEPTH:
        return True
    parts = [_holds(part, off, depth + 1) for part in list(expression)[1:]]
    match str(expression[0]):
        case "/Not":
            return not all(parts)
        case "/Or":
            return any(parts)
    return all(parts)
