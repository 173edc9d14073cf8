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
