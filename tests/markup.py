"""A page as a browser would understand it, without any of the repairs that a browser makes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

NOT_SENT_WITHOUT_A_CLICK = frozenset({"submit", "button", "reset", "image", "file"})
CHECKABLE = frozenset({"checkbox", "radio"})


def text_of(element: Element) -> str:
    """Return what a reader sees of an element, blanks folded."""
    return " ".join("".join(element.itertext()).split())


@dataclass
class Document:
    """The elements of one page."""

    markup: str
    parse_errors: list[str] = field(default_factory=list)

    @cached_property
    def root(self) -> Element:
        """The html element; what the parser had to repair is in `parse_errors`."""
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        root: Element = parser.parse(self.markup)
        self.parse_errors = [f"line {line}: {code} {facts}" for (line, _), code, facts in parser.errors]
        return root

    @cached_property
    def parents(self) -> dict[Element, Element]:
        """The parent of every element but the root."""
        return {child: parent for parent in self.root.iter() for child in parent}

    @cached_property
    def by_id(self) -> dict[str, Element]:
        """The elements that have an id."""
        return {found["id"]: element for element in self.elements() if "id" in (found := element.attrib)}

    def elements(self, *tags: str) -> list[Element]:
        """Return all elements, or those with one of these tags, in document order."""
        everything = (element for element in self.root.iter() if isinstance(element.tag, str))
        return [element for element in everything if not tags or element.tag in tags]

    def ancestors(self, element: Element) -> Iterator[Element]:
        """Yield the parent, its parent, and so on."""
        while (parent := self.parents.get(element)) is not None:
            yield parent
            element = parent

    def with_attribute(self, name: str, value: str | None = None) -> list[Element]:
        """Return the elements that carry an attribute, or carry it with that value."""
        carriers = (element for element in self.elements() if name in element.attrib)
        return [element for element in carriers if value is None or element.get(name) == value]

    def heading(self) -> str:
        """Return the text of the h1."""
        return text_of(self.elements("h1")[0])

    def text(self) -> str:
        """Return all that stands in the main part of the page."""
        return text_of(self.elements("main")[0])

    def embedded(self, element_id: str) -> Any:
        """Return the JSON that a script element with that id embeds."""
        element = self.by_id[element_id]
        assert (element.tag, element.get("type")) == ("script", "application/json"), element.attrib
        return json.loads(element.text or "")

    def link(self, text: str) -> str:
        """Return where the one link of that text leads."""
        targets = {element.get("href", "") for element in self.elements("a") if text_of(element) == text}
        assert len(targets) == 1, f"{len(targets)} targets of links {text!r}"
        return targets.pop()

    def forms(self) -> list["Form"]:
        """Return all forms."""
        return [Form(self, element) for element in self.elements("form")]

    def form(self, identifier: str | None = None) -> "Form":
        """Return the form whose id or data-form is that, or the only posting form of the main part."""
        found = [form for form in self.forms() if form.answers_to(identifier)]
        assert len(found) == 1, f"{len(found)} forms for {identifier!r}"
        return found[0]


@dataclass(frozen=True)
class Form:
    """A form and what it would send."""

    document: Document
    element: Element

    @property
    def action(self) -> str:
        """Where it is sent to; empty means the page itself."""
        return self.element.get("action", "")

    @property
    def method(self) -> str:
        """`get` or `post`."""
        return self.element.get("method", "get").lower()

    def answers_to(self, identifier: str | None) -> bool:
        """Tell whether the identifier means this form."""
        if identifier is not None:
            return identifier in {self.element.get("id"), self.element.get("data-form")}
        in_main = any(ancestor.tag == "main" for ancestor in self.document.ancestors(self.element))
        return in_main and self.method == "post"

    def controls(self) -> list[Element]:
        """Return the form's controls, those outside that name it included."""
        inside = set(self.element.iter())
        own_id = self.element.get("id")
        return [
            control
            for control in self.document.elements("input", "select", "textarea", "button")
            if (control.get("form") == own_id if "form" in control.attrib else control in inside)
        ]

    def names(self) -> set[str]:
        """Return the names of all controls that a person could fill in or press."""
        return {name for control in self.controls() if (name := control.get("name"))}

    def values(self) -> dict[str, list[str]]:
        """Return what a browser would send if nobody touched anything."""
        sent: dict[str, list[str]] = {}
        for control in self.controls():
            name = control.get("name")
            if name and not self._is_disabled(control):
                for value in _values_of(control):
                    sent.setdefault(name, []).append(value)
        return sent

    def _is_disabled(self, control: Element) -> bool:
        ancestors = self.document.ancestors(control)
        in_fieldset = any(parent.tag == "fieldset" and "disabled" in parent.attrib for parent in ancestors)
        return "disabled" in control.attrib or in_fieldset


def _values_of(control: Element) -> list[str]:
    if control.tag == "textarea":
        return [control.text or ""]
    if control.tag == "select":
        return _selected(control)
    kind = control.get("type", "submit" if control.tag == "button" else "text")
    if kind in NOT_SENT_WITHOUT_A_CLICK:
        return []
    if kind in CHECKABLE:
        return [control.get("value", "on")] if "checked" in control.attrib else []
    return [control.get("value", "")]


def _selected(control: Element) -> list[str]:
    options = list(control.iter("option"))
    chosen = [option for option in options if "selected" in option.attrib]
    if not chosen and "multiple" not in control.attrib:
        chosen = [option for option in options if "disabled" not in option.attrib][:1]
    return [option.get("value", text_of(option)) for option in chosen]
