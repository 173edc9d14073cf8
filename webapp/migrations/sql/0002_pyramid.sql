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

-- Counts every level from the one below it, in pg_temp.summed_cells, which holds the finest: for many cells this is much
-- less work than to look up the keys of each.
CREATE FUNCTION sum_up_facility_cells() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    coarser integer;
    finer integer := 16;
BEGIN
    FOREACH coarser IN ARRAY '{14,12,11,10,9,8,7,6,5,4,3,2}'::integer[] LOOP
        INSERT INTO pg_temp.summed_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
        SELECT coarser, 0, y >> (finer - coarser), x >> (finer - coarser), category, status, country,
               sum(members), sum(x_sum), sum(y_sum)
          FROM pg_temp.summed_cells WHERE level = finer
         GROUP BY 3, 4, 5, 6, 7;
        finer := coarser;
    END LOOP;
    INSERT INTO pg_temp.summed_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
    SELECT level, merged, y, x, category,
           CASE merged WHEN 2 THEN status ELSE '*' END AS its_status,
           CASE merged WHEN 1 THEN country ELSE '*' END AS its_country,
           sum(members), sum(x_sum), sum(y_sum)
      FROM (SELECT level, y, x, category, status, country, members, x_sum, y_sum
              FROM pg_temp.summed_cells WHERE level <= 11) AS cells
     CROSS JOIN unnest('{1,2,3}'::integer[]) AS merged
     WHERE merged = 3 OR level <= 6
     GROUP BY level, merged, y, x, category, its_status, its_country;
END;
$$;

-- Adds the oldest changes to the cells of every level and returns how many changes that were; 0 where another session
-- folds at this moment, and where the transaction sees an older moment than the cells that it would have to update.
-- In the order of their ids a facility's removal never comes before its addition. What exists is
-- updated and the rest inserted, instead of ON CONFLICT, which refuses a row of less than nothing even where it would
-- only be added.
CREATE FUNCTION fold_facility_cell_changes(most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    folded bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed'
       OR NOT pg_try_advisory_xact_lock(public.facility_cells_lock()) THEN
        RETURN 0;
    END IF;
    IF most > 1000 THEN
        folded := public.fold_many_facility_cell_changes(most);
    ELSE
        folded := public.fold_few_facility_cell_changes(most);
    END IF;
    DELETE FROM public.facility_cells WHERE members = 0;
    RETURN folded;
END;
$$;

CREATE FUNCTION fold_few_facility_cell_changes(most bigint) RETURNS bigint LANGUAGE sql AS $$
    WITH oldest AS (
        DELETE FROM public.facility_cell_changes
         WHERE id IN (SELECT id FROM public.facility_cell_changes ORDER BY id LIMIT most)
        RETURNING *
    ), summed AS (
        SELECT key.level, key.merged, key.y, key.x, change.category, key.status, key.country,
               sum(members) AS members, sum(x_sum) AS x_sum, sum(y_sum) AS y_sum
          FROM oldest AS change
         CROSS JOIN LATERAL public.facility_cell_keys(x, y, status, country) AS key
         GROUP BY key.level, key.merged, key.y, key.x, change.category, key.status, key.country
        HAVING sum(members) <> 0 OR sum(x_sum) <> 0 OR sum(y_sum) <> 0
    ), added AS (
        UPDATE public.facility_cells AS cells
           SET members = cells.members + summed.members,
               x_sum = cells.x_sum + summed.x_sum,
               y_sum = cells.y_sum + summed.y_sum
          FROM summed
         WHERE (cells.level, cells.merged, cells.y, cells.x, cells.category, cells.status, cells.country)
             = (summed.level, summed.merged, summed.y, summed.x, summed.category, summed.status, summed.country)
    ), made AS (
        INSERT INTO public.facility_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
        SELECT level, merged, y, x, category, status, country, members, x_sum, y_sum
          FROM summed
         WHERE NOT EXISTS (
            SELECT FROM public.facility_cells AS cells
             WHERE (cells.level, cells.merged, cells.y, cells.x, cells.category, cells.status, cells.country)
                 = (summed.level, summed.merged, summed.y, summed.x, summed.category, summed.status, summed.country))
    )
    SELECT count(*) FROM oldest;
$$;

CREATE FUNCTION fold_many_facility_cell_changes(most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    folded bigint;
BEGIN
    CREATE TEMPORARY TABLE summed_cells (LIKE public.facility_cells) ON COMMIT DROP;
    WITH oldest AS (
        DELETE FROM public.facility_cell_changes
         WHERE id IN (SELECT id FROM public.facility_cell_changes ORDER BY id LIMIT most)
        RETURNING *
    ), finest AS (
        INSERT INTO pg_temp.summed_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
        SELECT 16, 0, y, x, category, status, country, sum(members), sum(x_sum), sum(y_sum)
          FROM oldest
         GROUP BY y, x, category, status, country
    )
    SELECT count(*) INTO folded FROM oldest;
    PERFORM public.sum_up_facility_cells();
    DELETE FROM pg_temp.summed_cells WHERE members = 0 AND x_sum = 0 AND y_sum = 0;
    ANALYZE pg_temp.summed_cells;
    UPDATE public.facility_cells AS cells
       SET members = cells.members + summed.members,
           x_sum = cells.x_sum + summed.x_sum,
           y_sum = cells.y_sum + summed.y_sum
      FROM pg_temp.summed_cells AS summed
     WHERE (cells.level, cells.merged, cells.y, cells.x, cells.category, cells.status, cells.country)
         = (summed.level, summed.merged, summed.y, summed.x, summed.category, summed.status, summed.country);
    INSERT INTO public.facility_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
    SELECT level, merged, y, x, category, status, country, members, x_sum, y_sum
      FROM pg_temp.summed_cells AS summed
     WHERE NOT EXISTS (
        SELECT FROM public.facility_cells AS cells
         WHERE (cells.level, cells.merged, cells.y, cells.x, cells.category, cells.status, cells.country)
             = (summed.level, summed.merged, summed.y, summed.x, summed.category, summed.status, summed.country))
     ORDER BY level, merged, y, x;
    DROP TABLE pg_temp.summed_cells;
    RETURN folded;
END;
$$;

-- A statement of a few rows folds now and then, so that single edits stay quick: on average twice what it has
-- appended, and more where much was left behind. A statement of many rows folds at once what it has appended, and as
-- much of what others left behind. A bulk load of many statements puts that off (facility_atlas.folding = 'later') and
-- folds once at its end.
CREATE FUNCTION fold_some_facility_cell_changes(appended bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    pending bigint;
BEGIN
    IF current_setting('facility_atlas.folding', true) = 'later' THEN
        RETURN;
    END IF;
    IF appended >= 64 THEN
        PERFORM public.fold_facility_cell_changes(2 * appended);
    ELSIF random() < 1.0 / 32 THEN
        SELECT max(id) - min(id) INTO pending FROM public.facility_cell_changes;
        PERFORM public.fold_facility_cell_changes(greatest(128, 64 * appended, least(pending / 8, 1000)));
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
