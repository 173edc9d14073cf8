-- The cells of a finer stored level inside given cells: one short stretch of the index for each row of each of them.
-- The category of a lone facility is told by its place in a list, added up like the members: what has gone cancels out.
-- OFFSET 0 keeps the planner, which cannot know how few these are, from reading the whole level instead.

SELECT x, y, sum(members)::integer AS members, sum(x_sum::float) AS x_sum, sum(y_sum::float) AS y_sum,
       (ARRAY(SELECT slug FROM categories ORDER BY slug))[
           sum(members * array_position(ARRAY(SELECT slug FROM categories ORDER BY slug), category))] AS category
  FROM unnest(:columns, :rows) AS parent (px, py)
 CROSS JOIN LATERAL (
    SELECT x, y, members, x_sum, y_sum, category, status, country
      FROM facility_cells
     WHERE level = :level AND merged = :merged
       AND y = ANY (ARRAY(SELECT generate_series(py << :shift, ((py + 1) << :shift) - 1)))
       AND x BETWEEN px << :shift AND ((px + 1) << :shift) - 1
     UNION ALL
    SELECT x >> (16 - :level), y >> (16 - :level), members, x_sum, y_sum, category, status, country
      FROM facility_cell_changes
     WHERE y BETWEEN py << (:shift + 16 - :level) AND ((py + 1) << (:shift + 16 - :level)) - 1
       AND x BETWEEN px << (:shift + 16 - :level) AND ((px + 1) << (:shift + 16 - :level)) - 1
    OFFSET 0
  ) AS cell
 WHERE (:categories = '{}' OR category = ANY (:categories))
   AND (:statuses = '{}' OR status = ANY (:statuses))
   AND (:countries = '{}' OR country = ANY (:countries))
 GROUP BY x, y
HAVING sum(members) > 0;
