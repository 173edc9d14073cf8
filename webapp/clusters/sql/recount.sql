-- What every cell ought to hold, counted from the facilities of this transaction's snapshot.

CREATE TEMPORARY TABLE summed_cells (LIKE facility_cells) ON COMMIT DROP;

INSERT INTO pg_temp.summed_cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
SELECT 16, 0, grid_y >> 14, grid_x >> 14, category, status, coalesce(country, ''),
       count(*), sum(grid_x), sum(grid_y)
  FROM facilities
 GROUP BY 3, 4, 5, 6, 7;

SELECT sum_up_facility_cells();

ANALYZE pg_temp.summed_cells;
