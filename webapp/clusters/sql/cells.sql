-- The counts of a view's cells, at most as fine as the pyramid: one short stretch of its index for each row of cells.
-- OFFSET 0 keeps the planner, which cannot know how little these stretches hold, from reading a whole level instead.

SELECT x, y, array_agg(category) AS categories, array_agg(members) AS members,
       coalesce(sum(x_sum) FILTER (WHERE chosen), 0) AS x_sum,
       coalesce(sum(y_sum) FILTER (WHERE chosen), 0) AS y_sum
  FROM (
    SELECT x >> :shift AS x, y >> :shift AS y, category, sum(members)::integer AS members,
           sum(x_sum::float) AS x_sum, sum(y_sum::float) AS y_sum,
           :categories = '{}' OR category = ANY (:categories) AS chosen
      FROM unnest(:first_columns, :last_columns, :first_rows, :last_rows)
           AS block (first_column, last_column, first_row, last_row)
     CROSS JOIN LATERAL (
        SELECT x, y, category, status, country, members, x_sum, y_sum
          FROM facility_cells
         WHERE level = :level AND merged = :merged
           AND y = ANY (ARRAY(SELECT generate_series(first_row, last_row)))
           AND x BETWEEN first_column AND last_column
         UNION ALL
        SELECT x >> (16 - :level), y >> (16 - :level), category, status, country, members, x_sum, y_sum
          FROM facility_cell_changes
         WHERE y BETWEEN first_row << (16 - :level) AND ((last_row + 1) << (16 - :level)) - 1
           AND x BETWEEN first_column << (16 - :level) AND ((last_column + 1) << (16 - :level)) - 1
        OFFSET 0
      ) AS cell
     WHERE (:statuses = '{}' OR status = ANY (:statuses))
       AND (:countries = '{}' OR country = ANY (:countries))
     GROUP BY 1, 2, 3
    HAVING sum(members) > 0
  ) AS parts
 GROUP BY x, y;
