import pytest

from webapp.errors import InvalidGeometryError
from webapp.geo.messages import Message
from webapp.geo.position import Position


def test_a_refusal_keeps_its_template_and_values_for_translation() -> None:
    with pytest.raises(InvalidGeometryError) as refusal:
        Position(200, 0)

    message = refusal.value.message
    assert isinstance(message, Message)
    assert message.template == "Read longitude %(lon)s, which is outside -180 to 180."
    assert message.template % message.values == message
