"""What holds for every page: each rule yields the sentences that say where it is broken."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tests.markup import Document, text_of

LABELABLE = frozenset({"input", "select", "textarea", "button", "meter", "output", "progress"})
NAMED_BY_THEIR_TEXT = frozenset({"hidden", "submit", "button", "reset"})
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "aria-errormessage")
LINKS = ("href", "src", "action", "formaction")


def problems(document: Document) -> list[str]:
    """Return every broken rule of a page."""
    root = document.root
    found = [f"not valid HTML: {error}" for error in document.parse_errors]
    if not root.get("lang"):
        found.append("the html element has no lang")
    for rule in (_one_heading, _unique_ids, _protected_forms, _labels, _references, _nothing_inline):
        found.extend(rule(document))
    return found


def _one_heading(document: Document) -> Iterator[str]:
    headings = [text_of(element) for element in document.elements("h1")]
    titles = [text_of(element) for element in document.elements("title")]
    if len(headings) != 1 or len(titles) != 1:
        yield f"h1 {headings} and title {titles}: one of each is needed"
    elif not headings[0] or not titles[0].startswith(headings[0]):
        yield f"the title {titles[0]!r} does not begin with the h1 {headings[0]!r}"


def _unique_ids(document: Document) -> Iterator[str]:
    counts = Counter(element.get("id") for element in document.with_attribute("id"))
    for element_id, count in counts.items():
        if count > 1 or not element_id:
            yield f"id {element_id!r} is used {count} times"


def _protected_forms(document: Document) -> Iterator[str]:
    for form in document.forms():
        if form.method == "post" and not any(form.values().get("csrf_token", [])):
            yield f"the form to {form.action!r} posts without a csrf_token"
        if form.method == "get" and "csrf_token" in form.values():
            yield f"the form to {form.action!r} puts its csrf_token into the address"


def _labels(document: Document) -> Iterator[str]:
    labelled = {_target(document, label) for label in document.elements("label")}
    if None in labelled:
        yield "a label points to no control"
    for control in document.elements("input", "select", "textarea"):
        if control not in labelled and not _has_another_name(control):
            yield f"the control {control.attrib} has no label"


def _target(document: Document, label: Element) -> Element | None:
    named = document.by_id.get(label.get("for", ""))
    inside = label.iter() if "for" not in label.attrib else iter([named] if named is not None else [])
    return next((element for element in inside if element.tag in LABELABLE), None)


def _has_another_name(control: Element) -> bool:
    named = any(control.get(attribute) for attribute in ("aria-label", "aria-labelledby"))
    return named or control.get("type") in NAMED_BY_THEIR_TEXT


def _references(document: Document) -> Iterator[str]:
    for attribute in REFERENCES:
        for element in document.with_attribute(attribute):
            for target in element.get(attribute, "").split():
                if target not in document.by_id:
                    yield f"{attribute} names {target!r}, which is not there"
    for link in document.elements("a"):
        address = link.get("href", "")
        if address.startswith("#") and address[1:] not in document.by_id:
            yield f"the link {text_of(link)!r} leads to {address!r}, which is not there"


def _nothing_inline(document: Document) -> Iterator[str]:
    """The content security policy refuses all of these; here they are found without a browser."""
    for script in document.elements("script"):
        if "src" not in script.attrib and script.get("type") != "application/json":
            yield f"an inline script: {text_of(script)[:60]!r}"
    if document.elements("style"):
        yield "a style element"
    for element in document.elements():
        for attribute, value in element.attrib.items():
            if attribute == "style" or attribute.startswith("on"):
                yield f"{element.tag} has the attribute {attribute}"
            if attribute in LINKS and value.strip().lower().startswith(("javascript:", "data:text")):
                yield f"{element.tag} leads to {value[:40]!r}"
