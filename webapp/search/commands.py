"""Upkeep of the words: collect them anew, so that those whose last facility has gone are known no more."""

from pathlib import Path

from sqlalchemy import Engine, text

from webapp.database.transactions import snapshot

SQL = Path(__file__).resolve().parent / "sql"


def collect_words(engine: Engine) -> int:
    """Make the list of known words anew from all facilities and return how many there are.

    Readers and writers go on meanwhile: a word that is new since the collecting began is not seen, and stays.
    """
    with snapshot(engine) as connection:
        connection.exec_driver_sql("DELETE FROM facility_words")
        collect = text((SQL / "collect_words.sql").read_text(encoding="utf-8").removesuffix(";\n"))
        return connection.execute(collect).rowcount
