-- The counts of cells finer than the pyramid: facilities counted one by one, from an index that holds all of this.

SELECT x, y, array_agg(category) AS categories, array_agg(members) AS members,
       coalesce(sum(x_sum) FILTER (WHERE chosen), 0) AS x_sum,
       coalesce(sum(y_sum) FILTER (WHERE chosen), 0) AS y_sum
  FROM (
    SELECT grid_x >> :shift AS x, grid_y >> :shift AS y, slug AS category, count(*)::integer AS members,
           sum(grid_x::float) AS x_sum, sum(grid_y::float) AS y_sum,
           :categories = '{}' OR slug = ANY (:categories) AS chosen
      FROM unnest(:first_keys, :last_keys, :first_columns, :last_columns, :first_rows, :last_rows)
           AS stretch (first_key, last_key, first_column, last_column, first_row, last_row)
     CROSS JOIN categories
     CROSS JOIN unnest(:statuses) AS wanted_status
     CROSS JOIN LATERAL (
        SELECT grid_x, grid_y
          FROM facilities
         WHERE category = slug AND status = wanted_status
           AND grid_key(grid_x, grid_y) BETWEEN first_key AND last_key
           AND grid_x BETWEEN first_column AND last_column
           AND grid_y BETWEEN first_row AND last_row
           AND (:countries = '{}' OR country = ANY (:countries))
        OFFSET 0
      ) AS facility
     GROUP BY 1, 2, 3
  ) AS parts
 GROUP BY x, y;
