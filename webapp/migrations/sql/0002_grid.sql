-- The finest cell of the map's grid that a location lies in: webapp/geo/grid.py has the same formulas.
-- Clamped before anything else, so that a broken location meets the constraint that names it.

CREATE FUNCTION grid_column(location geometry) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(greatest(0, least(1073741823,
        floor((public.ST_X(location) + 180) / 360 * 1073741824))), 0)::integer
$$;

CREATE FUNCTION grid_row(location geometry) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(greatest(0, least(1073741823, floor((0.5 - asinh(tan(radians(
        greatest(-85.0511287798066, least(85.0511287798066, public.ST_Y(location)))))) / (2 * pi())) * 1073741824))), 0)::integer
$$;

CREATE OR REPLACE FUNCTION facilities_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.code <> OLD.code OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'the code of facility % is permanent', OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'Remove the facility and add another one.';
    END IF;
    NEW.created_at := OLD.created_at;
    NEW.version := OLD.version;
    NEW.updated_at := OLD.updated_at;
    -- generated columns are computed after this
    NEW.search_text := OLD.search_text;
    NEW.sort_name := OLD.sort_name;
    NEW.grid_x := OLD.grid_x;
    NEW.grid_y := OLD.grid_y;
    -- compared as stored bytes, which sees Z values, NULLs and the last bit of a coordinate
    IF NEW *<> OLD THEN
        NEW.version := OLD.version + 1;
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END;
$$;

-- The place of a finest cell along the Z-order curve: the bits of its column and row, interleaved. The cells inside a
-- coarser cell follow one another, so an index of keys finds the facilities of any cell in one stretch.
CREATE FUNCTION grid_key(grid_x integer, grid_y integer) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    x bigint := grid_x;
    y bigint := grid_y;
BEGIN
    x := (x | (x << 16)) & x'0000ffff0000ffff'::bigint;
    y := (y | (y << 16)) & x'0000ffff0000ffff'::bigint;
    x := (x | (x << 8)) & x'00ff00ff00ff00ff'::bigint;
    y := (y | (y << 8)) & x'00ff00ff00ff00ff'::bigint;
    x := (x | (x << 4)) & x'0f0f0f0f0f0f0f0f'::bigint;
    y := (y | (y << 4)) & x'0f0f0f0f0f0f0f0f'::bigint;
    x := (x | (x << 2)) & x'3333333333333333'::bigint;
    y := (y | (y << 2)) & x'3333333333333333'::bigint;
    x := (x | (x << 1)) & x'5555555555555555'::bigint;
    y := (y | (y << 1)) & x'5555555555555555'::bigint;
    RETURN x | (y << 1);
END;
$$;
