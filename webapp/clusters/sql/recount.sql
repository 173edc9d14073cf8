-- What the cells of every level ought to be, counted from the facilities of this transaction's snapshot.

CREATE TEMPORARY TABLE recounted_cells (LIKE facility_cells) ON COMMIT DROP;

INSERT INTO pg_temp.recounted_cells (level, y, x, category, status, country, members, x_sum, y_sum)
SELECT 16, grid_y >> 14 AS row, grid_x >> 14 AS col, category, status, coalesce(country, '') AS land,
       count(*), sum(grid_x), sum(grid_y)
  FROM facilities
 GROUP BY row, col, category, status, land;

INSERT INTO pg_temp.recounted_cells (level, y, x, category, status, country, members, x_sum, y_sum)
SELECT coarser.level, y >> (16 - coarser.level) AS row, x >> (16 - coarser.level) AS col, category, status, country,
       sum(members), sum(x_sum), sum(y_sum)
  FROM pg_temp.recounted_cells AS finest
 CROSS JOIN unnest(facility_cell_levels()) AS coarser (level)
 WHERE coarser.level < 16
 GROUP BY coarser.level, row, col, category, status, country
 ORDER BY coarser.level, row, col;

ANALYZE pg_temp.recounted_cells;
