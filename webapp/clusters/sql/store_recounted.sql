-- Only what differs is written, so that repairing a large pyramid stays small.

INSERT INTO facility_cells AS cells (level, merged, y, x, category, status, country, members, x_sum, y_sum)
SELECT level, merged, y, x, category, status, country, members, x_sum, y_sum
  FROM pg_temp.summed_cells
    ON CONFLICT (level, merged, y, x, category, status, country) DO UPDATE
   SET members = excluded.members, x_sum = excluded.x_sum, y_sum = excluded.y_sum
 WHERE (cells.members, cells.x_sum, cells.y_sum) IS DISTINCT FROM (excluded.members, excluded.x_sum, excluded.y_sum);
