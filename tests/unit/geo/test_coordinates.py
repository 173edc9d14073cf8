import pytest

from webapp.errors import InvalidGeometryError
from webapp.geo.coordinates import format_decimal, format_dms, parse_position
from webapp.geo.position import Position

ONE_METRE_DEG = 1e-5


def read(text: str) -> object:
    return pytest.approx(parse_position(text).coordinates, abs=ONE_METRE_DEG)


@pytest.mark.parametrize(
    "text",
    [
        "-1.2921, 36.8219",
        "-1.2921,36.8219",
        "-1.2921 36.8219",
        "-1.2921;36.8219",
        "-1.2921 / 36.8219",
        "-1.2921\t36.8219\n",
        "(\u22121.2921, 36.8219)",
        "\u20131.2921, 36.8219",
        "- 1.2921, +36.8219",
        "-01.2921+036.8219/",
        "-1.2921°, 36.8219°",
        "\u200e-1.2921,\u00a036.8219\u200f",
        "-\u0661\u066b\u0662\u0669\u0662\u0661\u060c \u0663\u0666\u066b\u0668\u0662\u0661\u0669",
    ],
)
def test_decimal_degrees_are_read_latitude_first(text: str) -> None:
    assert read(text) == (36.8219, -1.2921)


@pytest.mark.parametrize(
    "text",
    ["-1,2921; 36,8219", "-1,2921 36,8219", "-1,2921, 36,8219", "1,2921S, 36,8219E", "S 1,2921 E 36,8219"],
)
def test_a_comma_may_be_the_decimal_sign(text: str) -> None:
    assert read(text) == (36.8219, -1.2921)


def test_one_comma_between_whole_numbers_separates_them() -> None:
    assert read("-1,36") == (36, -1)


@pytest.mark.parametrize(
    "text",
    [
        "1.2921 S, 36.8219 E",
        "36.8219E 1.2921S",
        "S1.2921E36.8219",
        "1.2921s36.8219e",
        "E 36.8219, S 1.2921",
        "1.2921° south 36.8219° east",
        "36,8219 Est; 1,2921 Sud",
    ],
)
def test_letters_tell_the_axes_in_either_order(text: str) -> None:
    assert read(text) == (36.8219, -1.2921)


@pytest.mark.parametrize(
    "text", ["N 9,0579 O 13,6800", "13.68 Ouest 9.0579 Nord", "9.0579N 13.68W", "9.0579n, 13.68o"]
)
def test_west_is_also_ouest(text: str) -> None:
    assert read(text) == (-13.68, 9.0579)


@pytest.mark.parametrize(
    "text",
    [
        "1°17′31.6″S 36°49′18.8″E",
        "1º17’31.6”S 36º49’18.8”E",
        "1° 17' 31,6\" S, 36° 49' 18,8\" E",
        "1°17'31.6''S 36°49'18.8''E",
        "S 1°17.5267' E 36°49.3133'",
        "1 17 31.6 S 36 49 18.8 E",
        "-1 17 31.6, 36 49 18.8",
        "-1 17 31.6 36 49 18.8",
        "-1°17'31.6\" +36°49'18.8\"",
        "1 deg 17' 31.60\" S, 36 deg 49' 18.80\" E",
        "1 degré 17 minutes 31,6 secondes Sud, 36 degrés 49 minutes 18,8 secondes Est",
        "1d17'31.6\"S36d49'18.8\"E",
        "1:17:31.6S 36:49:18.8E",
        "-1:17:31.6, 36:49:18.8",
        "36°49'18.8\"E, 1°17'31.6\"S",
    ],
)
def test_degrees_minutes_and_seconds_are_read(text: str) -> None:
    assert read(text) == (36.82189, -1.29211)


@pytest.mark.parametrize(
    "text",
    [
        "lon=36.8219 lat=-1.2921",
        "lat: -1.2921 lng: 36.8219",
        "Latitude : -1,2921 Longitude : 36,8219",
        '{"lat": -1.2921, "lng": 36.8219}',
        '{"lon": "36.8219", "lat": "-1.2921"}',
        "lat=-1.2921&lon=36.8219",
        "Lat. 1.2921 S, Long. 36.8219 E",
        "lat/long: -1.2921, 36.8219",
        "lon/lat: 36.8219 -1.2921",
        "lon, lat: 36.8219 E, 1.2921 S",
    ],
)
def test_names_tell_the_axes(text: str) -> None:
    assert read(text) == (36.8219, -1.2921)


@pytest.mark.parametrize(
    "text",
    [
        "geo:-1.2921,36.8219",
        "GEO:-1.2921,36.8219,1700;crs=wgs84;u=35",
        "geo:-1.2921,36.8219?z=15",
        "geo:0,0?q=-1.2921,36.8219(Clinic)",
        "geo:0,0?z=3&q=-1.2921%2C36.8219",
        "https://www.openstreetmap.org/#map=15/-1.2921/36.8219",
        "https://www.openstreetmap.org/#map=15/-1.2921/36.8219&layers=H",
        "#map=15.25/-1.2921/36.8219",
        "https://www.openstreetmap.org/?mlat=-1.2921&mlon=36.8219#map=15/5/6",
        "https://www.google.com/maps/@-1.2921,36.8219,15z",
        "https://www.google.com/maps/place/Clinic/@5,6,17z/data=!8m2!3d-1.2921!4d36.8219!16s",
        "https://maps.google.com/?q=-1.2921,36.8219",
        "https://www.google.com/maps/search/?api=1&query=-1.2921%2C36.8219",
        "@-1.2921,36.8219",
    ],
)
def test_links_of_maps_are_read_and_a_marker_counts_more_than_the_view(text: str) -> None:
    assert read(text) == (36.8219, -1.2921)


def test_a_geo_uri_may_mean_the_gulf_of_guinea() -> None:
    assert read("geo:0,0") == (0, 0)
    assert read("geo:0,0?z=3") == (0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("37M 257932 9857065", (36.824572, -1.292238)),
        ("37 S 257932 9857065", (36.824572, -1.292238)),
        ("UTM 37m 257932mE 9857065mN", (36.824572, -1.292238)),
        ("37M E257932 N9857065", (36.824572, -1.292238)),
        ("37M, 257932,5; 9857065,5", (36.824576, -1.292234)),
        ("30S 439000 4273000", (-3.700557, 38.603403)),
        ("31U 448251 5411932", (2.294497, 48.858222)),
        ("32 N 500000 6651411", (9.0, 60.0)),
        ("1K 500000 8000000", (-177.0, -18.088709)),
    ],
)
def test_utm_is_read(text: str, expected: tuple[float, float]) -> None:
    assert parse_position(text).coordinates == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Enter a latitude"),
        (" \u200b\n", "Enter a latitude"),
        ("1" * 201, "at most 200"),
        ("-1.29\x00, 36.82", "control character"),
        ("-1.29\x1f36.82", "control character"),
        ("Nairobi", "Do not understand “Nairobi”"),
        ("nan, inf", "Do not understand “nan”"),
        ("1.5", "only one number, 1.5"),
        ("1 2 3", "Cannot read “1 2 3”"),
        ("1,2921,36,8219", "Cannot read"),
        ("36.8.2, 1", "Cannot read"),
        ("1.2 - 36.8", "Cannot read"),
        ("1..2, 3", "Cannot read"),
        (", ;", "Cannot read"),
        ("95, 200", "latitude 95, which is outside"),
        ("136.8, -1.3", "axes look swapped"),
        ("-1.3, 181", "longitude 181"),
        ("90°0'1\"N 36°E", "latitude 90.0003"),
        ("1 75 S 36 49 E", "not 75"),
        ("1°17'60\"S 36°49'0\"E", "not 60"),
        ("1.5 17 S 36 49 E", "only the last"),
        ("-1.29S, 36.8E", "both the sign - and the letter S"),
        ("S -1.29, E 36.8", "both the sign - and the letter S"),
        ("1.29N 36.8S", "Read N and S, twice the same axis"),
        ("1.29O 36.8E", "Read W and E, twice the same axis"),
        ("1.29S 36.8", "Only one value carries a letter, S"),
        ("1e1, 36", "Only one value carries a letter, E"),
        ("1o17'31\"S 36o49'18\"E", "letter o is read as Ouest"),
        ("1.O5, 36", "letter o is read as Ouest"),
        ("lat 5", "Name each value once"),
        ("lat 5 lat 6", "Name each value once"),
        ("5 lat 6 lon", "Name each value once"),
        ("lat 5 E lon 6", "contradict"),
        ("lon/lat: 1.29 S, 36.8 E", "contradict"),
        ("lat: five lon: 6", "Do not understand “five”"),
        ("lat: 1 2 3 4 lon: 6", "Cannot read “1 2 3 4”"),
        ("geo:here", "geo URI is written"),
        ("geo:1,2;crs=moon", "another coordinate system"),
        ("geo:0,0?q=Nairobi", "holds a search"),
        ("geo:95,200", "latitude 95"),
        ("https://maps.app.goo.gl/abc", "holds no position"),
        ("#map=3/95/200", "latitude 95"),
        ("61M 257932 9857065", "zone 61"),
        ("37M 57932 9857065", "easting 57932"),
        ("37M 257932 19857065", "northing 19857065"),
        ("37N 257932 9857065", "outside that zone and band"),
        ("37P 257932 9857065", "outside that zone and band"),
    ],
)
def test_a_refusal_says_what_was_understood(text: str, reason: str) -> None:
    with pytest.raises(InvalidGeometryError) as refusal:
        parse_position(text)

    assert reason in refusal.value.message
    assert refusal.value.field == "location"


def test_a_refusal_repeats_only_what_can_be_printed() -> None:
    with pytest.raises(InvalidGeometryError) as refusal:
        parse_position("?\ue000" * 100)

    assert refusal.value.message.isprintable()
    assert len(refusal.value.message) < 220


@pytest.mark.parametrize(
    "text", ["1" + " " * 198 + "x", "1 " * 100, "1," * 100, "1°" * 100, "+" * 200, "lat" * 66]
)
def test_hostile_repetition_is_refused(text: str) -> None:
    with pytest.raises(InvalidGeometryError):
        parse_position(text)


def test_both_notations_put_latitude_first() -> None:
    nairobi = Position(36.8219, -1.2921)

    assert format_decimal(nairobi) == "-1.292100, 36.821900"
    assert format_decimal(nairobi, 2) == "-1.29, 36.82"
    assert format_dms(nairobi) == "1°17′31.6″S 36°49′18.8″E"


def test_seconds_that_round_up_carry_into_minutes_and_degrees() -> None:
    assert format_dms(Position(-9.99999, 59.999999)) == "60°0′0.0″N 10°0′0.0″W"
    assert format_dms(Position(0.0166666, 1 / 60 - 1e-9)) == "0°1′0.0″N 0°1′0.0″E"


def test_what_rounds_to_zero_carries_no_sign() -> None:
    speck = Position(-1e-9, -1e-9)

    assert format_decimal(speck) == "0.000000, 0.000000"
    assert format_dms(speck) == "0°0′0.0″N 0°0′0.0″E"
