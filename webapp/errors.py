"""What can go wrong, in the words of the registry. Only error_pages.py knows HTTP statuses."""


class AtlasError(Exception):
    """The base of every error that this product raises on purpose; its text is for people."""


class SettingsError(AtlasError):
    """A setting is missing or unreadable."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        super().__init__(f"{name} {problem}")


class NotFoundError(AtlasError):
    """Nothing is stored under that name."""


class GoneError(AtlasError):
    """The facility was removed; its history remains."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Facility {code} was removed")


class InvalidValueError(AtlasError):
    """A value breaks a rule of the registry. `field` names it, the message says what would be right."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(f"{field}: {message}")


class InvalidParameterError(InvalidValueError):
    """A query parameter is malformed."""


class InvalidGeometryError(InvalidValueError):
    """A geometry is malformed, out of range, of the wrong type or of the wrong SRID."""


class StaleVersionError(AtlasError):
    """Somebody saved a newer version since this one was read."""

    def __init__(self, code: str, *, expected: int, current: int) -> None:
        self.code = code
        self.expected = expected
        self.current = current
        super().__init__(f"Facility {code} is at version {current}, not {expected}")


class DatabaseUnavailableError(AtlasError):
    """The database cannot be reached, has no free connection, or took too long."""


class FacilityNotSavedError(AtlasError):
    """A facility could not be stored; the transaction was rolled back and nothing changed.

    `field` names the value at fault where one is.
    """

    def __init__(self, reason: str, *, field: str | None = None) -> None:
        self.field = field
        super().__init__(f"The facility was not saved: {reason}")


class DatabaseSetupError(AtlasError):
    """The database or the cluster lacks something that only its operator can add; the text says what."""


class TooManyAttemptsError(AtlasError):
    """Too many failed sign-ins; wait before the next one."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"Too many attempts, try again in {retry_after_s} s")
