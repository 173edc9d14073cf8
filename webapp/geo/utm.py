"""Universal Transverse Mercator: `37M 257932 9857065`, zone and band, easting, northing on WGS84."""

import re
from functools import lru_cache

from pyproj import Transformer

from webapp.geo.coordinate_text import refusal
from webapp.geo.messages import translatable as _
from webapp.geo.position import Position

_METRES = r"[0-9]{%s}(?:[.,][0-9]{1,6})?"
_UTM = re.compile(
    r"(?:UTM:? ?)?(?:ZONE ?)?(?P<zone>[0-9]{1,2}) ?(?P<band>[C-HJ-NP-X])(?:[,;] ?| )"
    rf"(?:E ?)?(?P<easting>{_METRES % '5,7'}) ?M? ?E?(?:[,;] ?| )"
    rf"(?:N ?)?(?P<northing>{_METRES % '1,8'}) ?M? ?N?"
)
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_BAND_HEIGHT_DEG = 8
_SOUTHERNMOST_DEG = -80
_NORTHERNMOST_DEG = 84
_BAND_TOLERANCE_DEG = 0.5
_ZONES = 60
_ZONE_REACH_DEG = 6.5  # zones are 6 degrees wide, up to 12 around Norway and Svalbard
_EASTING_M = (100_000, 1_000_000)
_NORTHING_M = (0, 10_000_000)
_FIRST_EPSG = {"north": 32600, "south": 32700}


def position_from_utm(text: str) -> Position | None:
    """Read a cleaned UTM reference; None if the text is none. Raises InvalidGeometryError("location").

    The letter is the latitude band. N and S are taken for the hemisphere where the band cannot be meant, as
    many receivers write `37 S`.
    """
    match = _UTM.fullmatch(text.upper())
    if not match:
        return None
    zone, band = int(match["zone"]), match["band"]
    easting_m, northing_m = (float(match[name].replace(",", ".")) for name in ("easting", "northing"))
    _check_ranges(zone, easting_m, northing_m)
    for hemisphere, south_deg, north_deg in _meanings(band):
        lon_deg, lat_deg = _to_wgs84(zone, hemisphere).transform(easting_m, northing_m)
        if south_deg <= lat_deg <= north_deg and _is_in_zone(lon_deg, zone):
            return Position(lon_deg, lat_deg)
    raise refusal(
        _(
            "Read UTM zone %(zone)s%(band)s, but this easting and northing lie outside that zone and band. "
            "Check the letter and the digits.",
            zone=zone,
            band=band,
        )
    )


def _check_ranges(zone: int, easting_m: float, northing_m: float) -> None:
    if not 1 <= zone <= _ZONES:
        raise refusal(_("Read UTM zone %(zone)s; zones run from 1 to 60.", zone=zone))
    if not _EASTING_M[0] <= easting_m < _EASTING_M[1]:
        raise refusal(
            _("Read easting %(easting)s; it has six digits before the point.", easting=f"{easting_m:g}")
        )
    if not _NORTHING_M[0] <= northing_m <= _NORTHING_M[1]:
        raise refusal(
            _("Read northing %(northing)s; it runs from 0 to 10000000.", northing=f"{northing_m:.0f}")
        )


def _meanings(band: str) -> list[tuple[str, float, float]]:
    """List hemisphere, southernmost and northernmost latitude of each thing that the letter may mean."""
    south_deg = _SOUTHERNMOST_DEG + _BAND_HEIGHT_DEG * _BANDS.index(band)
    north_deg = _NORTHERNMOST_DEG if band in {"N", "X"} else south_deg + _BAND_HEIGHT_DEG
    hemisphere = "north" if south_deg >= 0 else "south"
    meanings = [(hemisphere, south_deg - _BAND_TOLERANCE_DEG, north_deg + _BAND_TOLERANCE_DEG)]
    if band == "S":
        meanings.append(("south", _SOUTHERNMOST_DEG - _BAND_TOLERANCE_DEG, 0.0))
    return meanings


@lru_cache(maxsize=2 * _ZONES)
def _to_wgs84(zone: int, hemisphere: str) -> Transformer:
    return Transformer.from_crs(_FIRST_EPSG[hemisphere] + zone, 4326, always_xy=True)


def _is_in_zone(lon_deg: float, zone: int) -> bool:
    central_meridian_deg = zone * 6 - 183
    away_deg = (lon_deg - central_meridian_deg + 180) % 360 - 180
    return abs(away_deg) <= _ZONE_REACH_DEG
