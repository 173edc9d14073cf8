"""Messages that geo raises in English and a page can still translate, since geo knows no framework."""


class Message(str):
    """A finished English sentence that a page translates by `gettext(m.template, **m.values)`."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]


def translatable(template: str, **values: object) -> Message:
    """Fill `%(name)s` places. Import it as `_`, so that Babel's default keywords extract the templates."""
    message = Message(template % values if values else template)
    message.template = template
    message.values = values
    return message
