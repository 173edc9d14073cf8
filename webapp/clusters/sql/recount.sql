-- What every cell ought to hold, counted from the facilities of this transaction's snapshot.

CREATE TEMPORARY TABLE finest_cells ON COMMIT DROP AS
SELECT grid_y >> 14 AS y, grid_x >> 14 AS x, category, status, coalesce(country, '') AS country,
       count(*) AS members, sum(grid_x) AS x_sum, sum(grid_y) AS y_sum
  FROM facilities
 GROUP BY 1, 2, 3, 4, 5;

CREATE TEMPORARY TABLE recounted_cells (LIKE facility_cells) ON COMMIT DROP;

INSERT INTO pg_temp.recounted_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
SELECT key.level, key.merged, key.y, key.x, finest.category, key.status, key.country, sum(members), sum(x_sum), sum(y_sum)
  FROM pg_temp.finest_cells AS finest
 CROSS JOIN LATERAL facility_cell_keys(x, y, status, country) AS key
 GROUP BY key.level, key.merged, key.y, key.x, finest.category, key.status, key.country
 ORDER BY key.level, key.merged, key.y, key.x;

ANALYZE pg_temp.recounted_cells;
