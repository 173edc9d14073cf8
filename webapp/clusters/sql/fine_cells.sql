-- The counts of cells finer than the pyramid: facilities counted one by one, from an index that holds all of this.
-- A stretch of keys may hold a little more than the block, so whole cells are left out at the end; to ask each facility
-- for its column and row as well would let the planner expect next to none, and sort what it had better hash.

SELECT x, y, array_agg(category) AS categories, array_agg(members) AS members,
       coalesce(sum(x_sum::float) FILTER (WHERE chosen), 0) AS x_sum,
       coalesce(sum(y_sum::float) FILTER (WHERE chosen), 0) AS y_sum
  FROM (SELECT slug AS category, :categories = '{}' OR slug = ANY (:categories) AS chosen FROM categories) AS kind
 CROSS JOIN LATERAL (
    SELECT grid_x >> :shift AS x, grid_y >> :shift AS y, count(*)::integer AS members,
           sum(grid_x) AS x_sum, sum(grid_y) AS y_sum
      FROM unnest(:first_keys, :last_keys) AS stretch (first_key, last_key)
     CROSS JOIN unnest(:statuses) AS wanted_status
     CROSS JOIN LATERAL (
        SELECT grid_x, grid_y
          FROM facilities
         WHERE category = kind.category AND status = wanted_status
           AND grid_key(grid_x, grid_y) BETWEEN first_key AND last_key
           AND (:countries = '{}' OR country = ANY (:countries))
        OFFSET 0
      ) AS facility
     GROUP BY 1, 2
    OFFSET 0
  ) AS cell
 WHERE EXISTS (
    SELECT FROM unnest(:first_columns, :last_columns, :first_rows, :last_rows)
                AS block (first_column, last_column, first_row, last_row)
     WHERE x BETWEEN first_column AND last_column AND y BETWEEN first_row AND last_row)
 GROUP BY x, y;
