-- Levels 13 and 15 are counted as well: a view at one of them had to add up four times as many finer cells.

CREATE OR REPLACE FUNCTION facility_cell_keys(finest_x integer, finest_y integer, its_status text, its_country text)
    RETURNS TABLE (level integer, merged integer, y integer, x integer, status text, country text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 35 AS $$
    SELECT level, 0, finest_y >> (16 - level), finest_x >> (16 - level), its_status, its_country
      FROM unnest('{2,3,4,5,6,7,8,9,10,11,12,13,14,15,16}'::integer[]) AS level
     UNION ALL
    SELECT level, merged, finest_y >> (16 - level), finest_x >> (16 - level),
           CASE merged WHEN 2 THEN its_status ELSE '*' END, CASE merged WHEN 1 THEN its_country ELSE '*' END
      FROM unnest('{2,3,4,5,6,7,8,9,10,11}'::integer[]) AS level
     CROSS JOIN unnest('{1,2,3}'::integer[]) AS merged
     WHERE merged = 3 OR level <= 6
$$;

CREATE OR REPLACE FUNCTION sum_up_facility_cells() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    coarser integer;
    finer integer := 16;
BEGIN
    FOREACH coarser IN ARRAY '{15,14,13,12,11,10,9,8,7,6,5,4,3,2}'::integer[] LOOP
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

INSERT INTO facility_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
SELECT level - 1, 0, y >> 1, x >> 1, category, status, country, sum(members), sum(x_sum), sum(y_sum)
  FROM facility_cells
 WHERE level IN (14, 16)
 GROUP BY 1, 3, 4, 5, 6, 7;
