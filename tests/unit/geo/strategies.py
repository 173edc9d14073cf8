"""Places all over the world, its poles and its antimeridian included."""

from hypothesis import strategies as st

from webapp.geo.position import Position

longitudes = st.floats(-180, 180) | st.sampled_from([-180.0, -179.99999, 0.0, 179.99999, 180.0])
latitudes = st.floats(-90, 90) | st.sampled_from([-90.0, -0.0, 0.0, 90.0])
positions = st.builds(Position, longitudes, latitudes)
