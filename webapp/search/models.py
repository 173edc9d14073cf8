"""The words that facilities are found by; the triggers of migrations/sql/0004_words.sql add them."""

from sqlalchemy import BigInteger, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Model


class FacilityWord(Model):
    """A word of some facilities' search text, without case and accents; the rows of a word add up."""

    __tablename__ = "facility_words"
    __table_args__ = (
        Index("idx_facility_words_word", "word"),
        Index(
            "idx_facility_words_alike",
            "word",
            postgresql_using="gin",
            postgresql_ops={"word": "gin_trgm_ops"},
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    word: Mapped[str] = mapped_column(Text)
    facilities: Mapped[int]
