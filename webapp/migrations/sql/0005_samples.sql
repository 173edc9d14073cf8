-- Copies of one facility in 64, for any writer: what a filter lets through by the million is estimated from them.

-- 1024 for what both samples hold, 64 for what the denser one holds, NULL for all others. The numbers are multiplied
-- first (D. E. Knuth, The Art of Computer Programming, vol. 3, 6.4), so that no pattern in the order of an import gets
-- into a sample.
CREATE FUNCTION facility_sample_share(id integer) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN (id::bigint * 2654435761 >> 20) % 1024 = 0 THEN 1024
                WHEN (id::bigint * 2654435761 >> 20) % 64 = 0 THEN 64 END
$$;

CREATE FUNCTION facilities_sample_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.facility_samples
        (id, share, category, status, location, location_precision, country, updated_at, search_text, grid_x, grid_y)
    SELECT id, public.facility_sample_share(id), category, status, location, location_precision, country, updated_at,
           search_text, grid_x, grid_y
      FROM new_rows
     WHERE public.facility_sample_share(id) IS NOT NULL;
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_sample_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.facility_samples AS copy
       SET (category, status, location, location_precision, country, updated_at, search_text, grid_x, grid_y)
         = (new_rows.category, new_rows.status, new_rows.location, new_rows.location_precision, new_rows.country,
            new_rows.updated_at, new_rows.search_text, new_rows.grid_x, new_rows.grid_y)
      FROM new_rows
     WHERE copy.id = new_rows.id AND public.facility_sample_share(new_rows.id) IS NOT NULL;
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_sample_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM public.facility_samples AS copy
     USING old_rows
     WHERE copy.id = old_rows.id AND public.facility_sample_share(old_rows.id) IS NOT NULL;
    RETURN NULL;
END;
$$;

CREATE TRIGGER facilities_sample_added AFTER INSERT ON facilities
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_sample_added();
CREATE TRIGGER facilities_sample_changed AFTER UPDATE ON facilities
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facilities_sample_changed();
CREATE TRIGGER facilities_sample_removed AFTER DELETE ON facilities
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_sample_removed();

-- Facilities that were there before.
INSERT INTO facility_samples
    (id, share, category, status, location, location_precision, country, updated_at, search_text, grid_x, grid_y)
SELECT id, facility_sample_share(id), category, status, location, location_precision, country, updated_at,
       search_text, grid_x, grid_y
  FROM facilities
 WHERE facility_sample_share(id) IS NOT NULL
 ORDER BY grid_key(grid_x, grid_y);

-- What the index of texts knows of a facility beside its words: numbers below zero for its category, status and country,
-- numbers above for the cells of the grid that it lies in, at levels 4, 6, 8, 10, 12 and 14: a 1, then the row, then the
-- column, so that no two levels share a number. A number that two kinds should share costs a look at a few rows more.
CREATE FUNCTION facility_mark(kind text, value text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT hashtext(kind || ' ' || value) | -2147483648 $$;

CREATE FUNCTION facility_marks(category text, status text, country text, grid_x integer, grid_y integer)
    RETURNS integer[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        public.facility_mark('category', category), public.facility_mark('status', status),
        public.facility_mark('country', country),
        ((1 << 8) | (grid_y >> 26 << 4) | (grid_x >> 26)), ((1 << 12) | (grid_y >> 24 << 6) | (grid_x >> 24)),
        ((1 << 16) | (grid_y >> 22 << 8) | (grid_x >> 22)), ((1 << 20) | (grid_y >> 20 << 10) | (grid_x >> 20)),
        ((1 << 24) | (grid_y >> 18 << 12) | (grid_x >> 18)), ((1 << 28) | (grid_y >> 16 << 14) | (grid_x >> 16))]
$$;
