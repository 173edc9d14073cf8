-- The cells that do not hold what they ought to, by level; unfolded changes count as folded.

WITH counted AS (
    SELECT level, merged, y, x, category, status, country, sum(members) AS members, sum(x_sum) AS x_sum, sum(y_sum) AS y_sum
      FROM (SELECT level, merged, y, x, category, status, country, members, x_sum, y_sum FROM facility_cells
             UNION ALL
            SELECT key.level, key.merged, key.y, key.x, change.category, key.status, key.country, members, x_sum, y_sum
              FROM facility_cell_changes AS change
             CROSS JOIN LATERAL facility_cell_keys(x, y, status, country) AS key) AS both_tables
     GROUP BY level, merged, y, x, category, status, country
    HAVING sum(members) <> 0 OR sum(x_sum) <> 0 OR sum(y_sum) <> 0
)
SELECT level, count(*) AS cells
  FROM counted FULL JOIN pg_temp.summed_cells AS recounted USING (level, merged, y, x, category, status, country)
 WHERE (counted.members, counted.x_sum, counted.y_sum)
       IS DISTINCT FROM (recounted.members, recounted.x_sum, recounted.y_sum)
 GROUP BY level
 ORDER BY level;
