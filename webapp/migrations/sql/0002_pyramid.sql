-- Counts of facilities per cell, kept for any writer. A statement appends what it changed at the finest level and
-- waits for nobody; now and then one of them folds the oldest changes into the cells of every level. Reading adds
-- both. Whoever cannot have the lock leaves the folding to another.

-- Every cell that a facility in a cell of the finest level counts in: one at each level, and at the coarser levels
-- others that count statuses (1), countries (2) or both (3) together under a *, since a view of half the world holds
-- most of their combinations.
CREATE FUNCTION facility_cell_keys(finest_x integer, finest_y integer, its_status text, its_country text)
    RETURNS TABLE (level integer, merged integer, y integer, x integer, status text, country text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 33 AS $$
    SELECT level, 0, finest_y >> (16 - level), finest_x >> (16 - level), its_status, its_country
      FROM unnest('{2,3,4,5,6,7,8,9,10,11,12,14,16}'::integer[]) AS level
     UNION ALL
    SELECT level, merged, finest_y >> (16 - level), finest_x >> (16 - level),
           CASE merged WHEN 2 THEN its_status ELSE '*' END, CASE merged WHEN 1 THEN its_country ELSE '*' END
      FROM unnest('{2,3,4,5,6,7,8,9,10,11}'::integer[]) AS level
     CROSS JOIN unnest('{1,2,3}'::integer[]) AS merged
     WHERE merged = 3 OR level <= 6
$$;

-- Folding, rebuilding: one at a time.
CREATE FUNCTION facility_cells_lock() RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 7201163104::bigint $$;

-- Adds the oldest changes to the cells of every level and returns how many changes that were; 0 where another session
-- folds at this moment. In the order of their ids a facility's removal never comes before its addition.
CREATE FUNCTION fold_facility_cell_changes(most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    folded bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(public.facility_cells_lock()) THEN
        RETURN 0;
    END IF;
    WITH oldest AS (
        DELETE FROM public.facility_cell_changes
         WHERE id IN (SELECT id FROM public.facility_cell_changes ORDER BY id LIMIT most)
        RETURNING *
    ), finest AS (
        SELECT x, y, category, status, country, sum(members) AS members, sum(x_sum) AS x_sum, sum(y_sum) AS y_sum
          FROM oldest GROUP BY x, y, category, status, country
    ), stored AS (
        INSERT INTO public.facility_cells AS cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
        SELECT key.level, key.merged, key.y, key.x, finest.category, key.status, key.country,
               sum(members), sum(x_sum), sum(y_sum)
          FROM finest CROSS JOIN LATERAL public.facility_cell_keys(x, y, status, country) AS key
         GROUP BY key.level, key.merged, key.y, key.x, finest.category, key.status, key.country
        HAVING sum(members) <> 0 OR sum(x_sum) <> 0 OR sum(y_sum) <> 0
         ORDER BY key.level, key.merged, key.y, key.x
            ON CONFLICT (level, merged, y, x, category, status, country) DO UPDATE
           SET members = cells.members + excluded.members,
               x_sum = cells.x_sum + excluded.x_sum,
               y_sum = cells.y_sum + excluded.y_sum
    )
    SELECT count(*) INTO folded FROM oldest;
    DELETE FROM public.facility_cells WHERE members = 0;
    RETURN folded;
END;
$$;

-- A statement of a few rows folds now and then, and little, so that a single edit stays quick; a statement of many
-- rows folds at once what it has appended, and as much of what others left behind. A bulk load of many statements
-- puts that off (facility_atlas.folding = 'later') and folds once at its end.
CREATE FUNCTION fold_some_facility_cell_changes(appended bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('facility_atlas.folding', true) = 'later' THEN
        RETURN;
    END IF;
    IF appended >= 64 THEN
        PERFORM public.fold_facility_cell_changes(2 * appended);
    ELSIF random() < 1.0 / 16 THEN
        PERFORM public.fold_facility_cell_changes(64);
    END IF;
END;
$$;

CREATE FUNCTION facilities_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    appended bigint;
BEGIN
    INSERT INTO public.facility_cell_changes (x, y, category, status, country, members, x_sum, y_sum)
    SELECT grid_x >> 14, grid_y >> 14, category, status, coalesce(country, ''), count(*), sum(grid_x), sum(grid_y)
      FROM new_rows GROUP BY 1, 2, 3, 4, 5;
    GET DIAGNOSTICS appended = ROW_COUNT;
    PERFORM public.fold_some_facility_cell_changes(appended);
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    appended bigint;
BEGIN
    INSERT INTO public.facility_cell_changes (x, y, category, status, country, members, x_sum, y_sum)
    SELECT grid_x >> 14, grid_y >> 14, category, status, coalesce(country, ''), -count(*), -sum(grid_x), -sum(grid_y)
      FROM old_rows GROUP BY 1, 2, 3, 4, 5;
    GET DIAGNOSTICS appended = ROW_COUNT;
    PERFORM public.fold_some_facility_cell_changes(appended);
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    appended bigint;
BEGIN
    INSERT INTO public.facility_cell_changes (x, y, category, status, country, members, x_sum, y_sum)
    SELECT side.x >> 14, side.y >> 14, side.category, side.status, coalesce(side.country, ''),
           sum(side.sign), sum(side.sign * side.x::bigint), sum(side.sign * side.y::bigint)
      FROM old_rows JOIN new_rows USING (id)
     CROSS JOIN LATERAL (VALUES
        (-1, old_rows.grid_x, old_rows.grid_y, old_rows.category, old_rows.status, old_rows.country),
        (1, new_rows.grid_x, new_rows.grid_y, new_rows.category, new_rows.status, new_rows.country)
     ) AS side (sign, x, y, category, status, country)
     WHERE (old_rows.grid_x, old_rows.grid_y, old_rows.category, old_rows.status, old_rows.country)
           IS DISTINCT FROM
           (new_rows.grid_x, new_rows.grid_y, new_rows.category, new_rows.status, new_rows.country)
     GROUP BY 1, 2, 3, 4, 5
    HAVING sum(side.sign) <> 0 OR sum(side.sign * side.x::bigint) <> 0 OR sum(side.sign * side.y::bigint) <> 0;
    GET DIAGNOSTICS appended = ROW_COUNT;
    PERFORM public.fold_some_facility_cell_changes(appended);
    RETURN NULL;
END;
$$;

CREATE TRIGGER facilities_count_added AFTER INSERT ON facilities
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_count_added();
CREATE TRIGGER facilities_count_changed AFTER UPDATE ON facilities
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facilities_count_changed();
CREATE TRIGGER facilities_count_removed AFTER DELETE ON facilities
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_count_removed();

-- Facilities that were there before the pyramid.
INSERT INTO facility_cell_changes (x, y, category, status, country, members, x_sum, y_sum)
SELECT grid_x >> 14, grid_y >> 14, category, status, coalesce(country, ''), count(*), sum(grid_x), sum(grid_y)
  FROM facilities GROUP BY 1, 2, 3, 4, 5;
SELECT fold_facility_cell_changes(9223372036854775807);
