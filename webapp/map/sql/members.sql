-- Facilities of given stretches of the grid by name, up to a number of each stretch: found by an index that knows all
-- that is asked for, so that a rare kind among millions costs no more than itself. Where no country is chosen the lines on
-- them are left out; with one at a time the index tells, not the table.

SELECT facility.*
  FROM unnest(:first_keys, :last_keys, :first_columns, :last_columns, :first_rows, :last_rows, :only)
       AS stretch (first_key, last_key, first_column, last_column, first_row, last_row, category)
 CROSS JOIN LATERAL (
    SELECT found.*
      FROM categories
     CROSS JOIN unnest(:statuses) AS wanted_status
     CROSS JOIN unnest(:countries) AS wanted_country
     CROSS JOIN LATERAL (
        SELECT code, name, category, status, locality, country, location_precision,
               ST_X(location) AS lon, ST_Y(location) AS lat, grid_x, grid_y, sort_name, id
          FROM facilities
         WHERE category = slug AND status = wanted_status
           AND grid_key(grid_x, grid_y) BETWEEN first_key AND last_key
           AND grid_x BETWEEN first_column AND last_column
           AND grid_y BETWEEN first_row AND last_row
           AND country = wanted_country
        OFFSET 0
      ) AS found
     WHERE slug = coalesce(stretch.category, slug)
       AND (:categories = '{}' OR slug = ANY (:categories))
     LIMIT :most
  ) AS facility
 ORDER BY sort_name, id;
