"""What stands in a form, said as a browser would send it: so three states of a field can be held against each other.

For each field a tuple of values, by the names of its inputs: a date and its time are two inputs of one field.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

Values = tuple[tuple[str, ...], ...]


def input_names(widget: forms.Widget, name: str) -> list[str]:
    """Return under which names a browser sends a field; a file is not sent as text."""
    if isinstance(widget, forms.FileInput) or getattr(widget, "input_type", "") == "password":
        return []
    if isinstance(widget, forms.MultiWidget):
        parts = zip(widget.widgets, widget.widgets_names, strict=True)  # type: ignore[attr-defined]  # not in the stubs
        return [each for part, suffix in parts for each in input_names(part, name + suffix)]
    return [name]


def all_names(fields: Mapping[str, forms.Field]) -> set[str]:
    return {each for name, field in fields.items() for each in input_names(field.widget, name)}


def before(form: forms.BaseForm) -> dict[str, Values]:
    """Return what the fields said when nobody had typed anything."""
    return {
        name: tuple(_rendered(field.widget, field.prepare_value(form.get_initial_for_field(field, name))))
        for name, field in form.fields.items()
    }


def sent(fields: Mapping[str, forms.Field], data: MultiValueDict[str, str], files: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a browser sent of the fields; of a file only whether there is one, as nothing or as its name."""
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if isinstance(field.widget, forms.FileInput):
            chosen = files.get(name)
            found[name] = ((chosen.name,),) if chosen else (("",),) if f"{name}-clear" in data else None
        else:
            names = input_names(field.widget, name)
            found[name] = tuple(tuple(map(normal, data.getlist(each))) for each in names)
    return found


def put(field: forms.Field, name: str, values: Values, data: MultiValueDict[str, str]) -> None:
    """Make `data` say `values` of the field."""
    data.pop(f"{name}-clear", None)  # of a file that is to be taken away
    for each, value in zip(input_names(field.widget, name), values, strict=False):
        data.setlist(each, list(value))


def take_over(form: forms.BaseForm, what: Mapping[str, Any]) -> list[str]:
    """Show what was typed instead of what is saved. Return the inputs of which that is said."""
    data, saved, taken = kept(what), before(form), []
    for name, field in form.fields.items():
        if names := [each for each in input_names(field.widget, name) if each in what]:
            for each, value in zip(input_names(field.widget, name), saved[name], strict=True):
                if each not in data:
                    data.setlist(each, list(value))
            form.initial[name] = field.widget.value_from_datadict(data, MultiValueDict(), name)
            taken += names
    return taken


def differing(form: forms.BaseForm, data: MultiValueDict[str, str]) -> list[str]:
    """Return the inputs of which `data` says something else than what is saved."""
    saved = before(form)
    return [
        each
        for name, field in form.fields.items()
        for each, value in zip(input_names(field.widget, name), saved[name], strict=False)
        if each in data and tuple(map(normal, data.getlist(each))) != value
    ]


def typed(form: forms.BaseForm, data: MultiValueDict[str, str]) -> dict[str, Any]:
    """Return what `data` says besides what is saved, as it is kept."""
    found = {name: data.getlist(name) for name in differing(form, data)}
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def kept(data: Mapping[str, Any]) -> MultiValueDict[str, str]:
    """Return what was kept as a browser would send it."""
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in data.items()})


def digest(values: Values) -> str:
    return hashlib.blake2b(json.dumps(values).encode(), digest_size=9).hexdigest()


def _rendered(widget: forms.Widget, value: Any) -> Iterator[tuple[str, ...]]:
    if isinstance(widget, forms.FileInput):
        yield (str(value or ""),)
    elif isinstance(widget, forms.MultiWidget):
        parts = value if isinstance(value, list | tuple) else widget.decompress(value) or []
        for part, each in zip(widget.widgets, parts, strict=True):
            yield from _rendered(part, each)
    elif isinstance(widget, forms.CheckboxInput):
        yield ("on",) if widget.check_test(value) else ()
    else:
        said = widget.format_value(value)
        yield tuple(map(normal, said)) if isinstance(said, list | tuple) else (normal(said),)


def normal(value: Any) -> str:
    """Browsers send every end of a line as two characters, and fields of text do without spaces at their ends."""
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
