-- The cells of a finer stored level inside given cells: one short stretch of the index for each row of each of them.

SELECT x, y, sum(members)::integer AS members, sum(x_sum)::bigint AS x_sum, sum(y_sum)::bigint AS y_sum
  FROM (
    SELECT cell.x, cell.y, cell.members, cell.x_sum, cell.y_sum, cell.category, cell.status, cell.country
      FROM unnest(CAST(:columns AS integer[]), CAST(:rows AS integer[])) AS parent (x, y)
     CROSS JOIN LATERAL generate_series(parent.y << :shift, ((parent.y + 1) << :shift) - 1) AS line (y)
      JOIN facility_cells AS cell
        ON cell.level = :level AND cell.y = line.y
       AND cell.x BETWEEN parent.x << :shift AND ((parent.x + 1) << :shift) - 1
     UNION ALL
    SELECT change.x >> (16 - :level), change.y >> (16 - :level), change.members, change.x_sum, change.y_sum,
           change.category, change.status, change.country
      FROM unnest(CAST(:columns AS integer[]), CAST(:rows AS integer[])) AS parent (x, y)
      JOIN facility_cell_changes AS change
        ON change.y BETWEEN parent.y << (:shift + 16 - :level) AND ((parent.y + 1) << (:shift + 16 - :level)) - 1
       AND change.x BETWEEN parent.x << (:shift + 16 - :level) AND ((parent.x + 1) << (:shift + 16 - :level)) - 1
  ) AS counted
 WHERE (:categories = '{}' OR category = ANY (CAST(:categories AS text[])))
   AND (:statuses = '{}' OR status = ANY (CAST(:statuses AS text[])))
   AND (:countries = '{}' OR country = ANY (CAST(:countries AS text[])))
 GROUP BY x, y
HAVING sum(members) > 0;
