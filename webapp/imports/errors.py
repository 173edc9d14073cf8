"""What can go wrong when a whole list is imported."""

from collections.abc import Sequence

from webapp.errors import AtlasError
from webapp.imports.records import Fault


class ImportRefusedError(AtlasError):
    """Some rows break rules of the registry, so none was stored; `faults` names every cell and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        rows = len({fault.row for fault in faults})
        super().__init__(f"Nothing was imported: {rows} rows hold faults. The first: {self.faults[0]}")


class RegistryNotEmptyError(AtlasError):
    """The demo registry goes into an empty registry only: it would mix with what people entered."""

    def __init__(self) -> None:
        super().__init__("The registry already holds facilities; the demo is for an empty one")
