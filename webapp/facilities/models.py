"""The tables of the registry: categories and facilities."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from geoalchemy2 import Geography, WKBElement
from geoalchemy2 import functions as gis
from shapely import Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKey,
    SmallInteger,
    String,
    Text,
    cast,
    func,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates
from sqlalchemy.sql import ColumnElement

from webapp.database.geometry import (
    GeometryValue,
    RegistryGeometry,
    ShapelyGeometry,
    envelope,
    to_element,
    to_shapely,
)
from webapp.errors import InvalidGeometryError
from webapp.extensions import Model
from webapp.facilities.indexes import facility_indexes, sample_indexes
from webapp.facilities.vocabulary import Precision, Status
from webapp.geo.geodesy import area_m2, distance_m
from webapp.geo.position import Position

NAME_LENGTH = 255
SAMPLED_SHARES = (64, 1024)

Slug = String(50, collation="C")
Word = String(20, collation="C")
CountryCode = String(2, collation="C")
"""Words of vocabularies, ordered by their bytes: what finds places on the map compares them all the time."""


def _one_of(column: str, values: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


def _line_of_text(column: str) -> CheckConstraint:
    """Allow NULL or one trimmed line; an empty text would be a second word for nothing."""
    return CheckConstraint(f"is_line_of_text({column})", name=f"{column}_text")


class Category(Model):
    """A kind of facility, with the colour and icon that stand for it on the map."""

    __tablename__ = "categories"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z][a-z0-9_]*$'", name="slug_form"),
        CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name="colour_form"),
        CheckConstraint("icon ~ '^(maki|temaki)/[a-z0-9_-]+$'", name="icon_form"),
        _line_of_text("label"),
        CheckConstraint("jsonb_typeof(translations) = 'object'", name="translations_object"),
    )

    slug: Mapped[str] = mapped_column(Slug, primary_key=True)
    label: Mapped[str] = mapped_column(String(80))
    translations: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"), default=dict)
    colour: Mapped[str] = mapped_column(String(7))
    icon: Mapped[str] = mapped_column(String(80))
    rank: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"), default=0)

    def label_in(self, language: str) -> str:
        """Return the label in a language, or the registry's own where that language has none."""
        return self.translations.get(language, self.label)


class Facility(Model):
    """One place of the organisation. `location` is a POINT (lon, lat) in SRID 4326, never empty."""

    __tablename__ = "facilities"
    __table_args__ = (
        *facility_indexes(),
        CheckConstraint("is_on_earth(location)", name="location_on_earth"),
        # alone, since PostGIS reads constraints that begin like this to fill its geometry_columns view
        CheckConstraint("ST_SRID(footprint) = 4326", name="footprint_srid"),
        CheckConstraint("is_outline(footprint)", name="footprint_valid"),
        CheckConstraint("facility_code_is_valid(code)", name="code_check_character"),
        CheckConstraint(_one_of("status", Status), name="status_known"),
        CheckConstraint(_one_of("location_precision", Precision), name="location_precision_known"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_form"),
        CheckConstraint("website ~* '^https?://'", name="website_scheme"),
        CheckConstraint("identifiers_are_texts(identifiers)", name="identifiers_texts"),
        CheckConstraint("is_block_of_text(description)", name="description_text"),
        *map(_line_of_text, ("name", "address", "locality", "phone", "email", "website")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True, server_default=text("new_facility_code()"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    category: Mapped[str] = mapped_column(
        Slug, ForeignKey("categories.slug", onupdate="CASCADE", ondelete="RESTRICT")
    )
    status: Mapped[str] = mapped_column(Word, server_default=Status.OPERATIONAL.value)
    location: Mapped[WKBElement] = mapped_column(RegistryGeometry("POINT", nullable=False))
    location_precision: Mapped[str] = mapped_column(String(20), server_default=Precision.EXACT.value)
    footprint: Mapped[WKBElement | None] = mapped_column(RegistryGeometry(None))
    address: Mapped[str | None] = mapped_column(String(500))
    locality: Mapped[str | None] = mapped_column(String(200))
    country: Mapped[str | None] = mapped_column(CountryCode)
    phone: Mapped[str | None] = mapped_column(String(50))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(String(5000))
    identifiers: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"), default=dict)
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        TIMESTAMP(timezone=True), server_default=func.now(), server_onupdate=FetchedValue()
    )
    version: Mapped[int] = mapped_column(server_default=text("1"), server_onupdate=FetchedValue())
    search_text: Mapped[str] = mapped_column(
        Computed(
            "searchable(name || ' ' || code || ' ' || coalesce(locality, '') || ' ' ||"
            " coalesce(address, '') || ' ' || identifier_values(identifiers))",
            persisted=True,
        ),
        deferred=True,
    )
    sort_name: Mapped[str] = mapped_column(Computed("searchable(name)", persisted=True), deferred=True)
    # the cell of geo.grid's finest level
    grid_x: Mapped[int] = mapped_column(Computed("grid_column(location)", persisted=True), deferred=True)
    grid_y: Mapped[int] = mapped_column(Computed("grid_row(location)", persisted=True), deferred=True)

    kind: Mapped[Category] = relationship(lazy="raise", viewonly=True)

    # The database counts versions itself, for any writer; the mapper only compares and reads them back.
    __mapper_args__ = {  # noqa: RUF012 - as the declarative base declares it
        "version_id_col": version,
        "version_id_generator": False,
        "eager_defaults": True,
    }

    @validates("location")
    def _accept_location(self, _key: str, value: GeometryValue) -> WKBElement:
        shape = to_shapely(value, field="location")
        if not isinstance(shape, Point) or shape.is_empty:
            raise InvalidGeometryError("location", f"must be one point, not {shape.geom_type.upper()}")
        Position(shape.x, shape.y)
        return to_element(shape, field="location")

    @validates("footprint")
    def _accept_footprint(self, _key: str, value: GeometryValue | None) -> WKBElement | None:
        return None if value is None else to_element(value, field="footprint")

    @property
    def point(self) -> Point:
        """The location as a shapely point (lon, lat)."""
        shape = to_shapely(self.location, field="location")
        assert isinstance(shape, Point)  # noqa: S101 - the column holds nothing else
        return shape

    @property
    def position(self) -> Position:
        """The location as plain numbers (lon, lat)."""
        return Position(self.point.x, self.point.y)

    @property
    def outline(self) -> BaseGeometry | None:
        """The footprint as a shapely geometry, or None."""
        return None if self.footprint is None else to_shapely(self.footprint, field="footprint")

    @property
    def extent(self) -> BaseGeometry:
        """The footprint where there is one, else the location."""
        return self.outline or self.point

    @hybrid_property
    def longitude(self) -> float:
        """Degrees east, -180 to 180."""
        return self.position.lon_deg

    @longitude.inplace.expression
    @classmethod
    def _longitude(cls) -> ColumnElement[float]:
        return gis.ST_X(cls.location)

    @hybrid_property
    def latitude(self) -> float:
        """Degrees north, -90 to 90."""
        return self.position.lat_deg

    @latitude.inplace.expression
    @classmethod
    def _latitude(cls) -> ColumnElement[float]:
        return gis.ST_Y(cls.location)

    @hybrid_property
    def centroid(self) -> BaseGeometry:
        """Return the planar centroid (lon, lat) of the footprint, or the location itself."""
        return self.extent.centroid

    @centroid.inplace.expression
    @classmethod
    def _centroid(cls) -> ColumnElement[BaseGeometry]:
        return type_coerce(gis.ST_Centroid(_extent(cls)), ShapelyGeometry())

    @hybrid_property
    def bounding_box(self) -> BaseGeometry:
        """Return the planar envelope of the footprint, or the location itself."""
        return envelope(self.extent)

    @bounding_box.inplace.expression
    @classmethod
    def _bounding_box(cls) -> ColumnElement[BaseGeometry]:
        return type_coerce(gis.ST_Envelope(_extent(cls)), ShapelyGeometry())

    @hybrid_property
    def area(self) -> float:
        """Square metres of the footprint on the WGS 84 ellipsoid, as ST_Area(geography); 0 without one."""
        return area_m2(self.extent)

    @area.inplace.expression
    @classmethod
    def _area(cls) -> ColumnElement[float]:
        return gis.ST_Area(cast(func.ST_Force2D(_extent(cls)), Geography(srid=4326)))

    @hybrid_method
    def distance(self, lon: float, lat: float) -> float:
        """Metres on the WGS 84 ellipsoid from the location to (lon, lat), as ST_Distance(geography)."""
        return distance_m(self.position, Position(lon, lat))

    @distance.inplace.expression  # type: ignore[attr-defined, untyped-decorator]  # mypy reads the descriptor
    @classmethod
    def _distance(cls, lon: float, lat: float) -> ColumnElement[float]:
        there = func.ST_SetSRID(gis.ST_MakePoint(lon, lat), 4326)
        return gis.ST_Distance(cast(cls.location, Geography(srid=4326)), cast(there, Geography(srid=4326)))


def _extent(cls: type[Facility]) -> ColumnElement[Any]:
    """Return the SQL of `Facility.extent`."""
    return func.coalesce(cls.footprint, cls.location)


class FacilitySample(Model):
    """A copy of what filters ask about one facility in 64; of one in 1,024 `share` says so.

    The triggers of migrations/sql/0005_samples.sql keep it true for any writer.
    """

    __tablename__ = "facility_samples"
    __table_args__ = sample_indexes()

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    share: Mapped[int] = mapped_column(SmallInteger)
    category: Mapped[str] = mapped_column(Slug)
    status: Mapped[str] = mapped_column(Word)
    location: Mapped[WKBElement] = mapped_column(RegistryGeometry("POINT", nullable=False))
    location_precision: Mapped[str] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(CountryCode)
    updated_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    search_text: Mapped[str] = mapped_column(Text)
    grid_x: Mapped[int]
    grid_y: Mapped[int]


class Submission(Model):
    """A form that was sent, known by the key it carried: sending it again finds what the first one made."""

    __tablename__ = "submissions"

    key: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(
        TIMESTAMP(timezone=True), server_default=func.now(), index=True
    )
