-- The countries that have a facility, from the coarsest cells.

SELECT country
  FROM (SELECT country, members FROM facility_cells WHERE level = :level AND merged = :merged
         UNION ALL
        SELECT country, members FROM facility_cell_changes) AS counted
 WHERE country <> ''
 GROUP BY country
HAVING sum(members) > 0
 ORDER BY country;
