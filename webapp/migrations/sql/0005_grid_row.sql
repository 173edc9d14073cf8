-- A latitude of less than 1e-300 degrees is the equator: PostgreSQL refuses to compute with what it cannot turn into
-- radians, and such a facility could not be stored.
CREATE OR REPLACE FUNCTION grid_row(location geometry) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(greatest(0, least(1073741823, floor((0.5 - asinh(tan(radians(
        CASE WHEN abs(public.ST_Y(location)) < 1e-300 THEN 0
             ELSE greatest(-85.0511287798066, least(85.0511287798066, public.ST_Y(location))) END
        ))) / (2 * pi())) * 1073741824))), 0)::integer
$$;
