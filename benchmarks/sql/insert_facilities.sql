-- A slice of the raw places; codes come from the same function as everywhere.
INSERT INTO facilities (id, name, category, status, location, location_precision, address, locality, country,
                        identifiers, created_at, updated_at)
SELECT id, name, category, status, ST_SetSRID(ST_MakePoint(lon, lat), 4326), precision, address, locality, country,
       identifiers, updated_at - interval '30 days', updated_at
  FROM raw_places
 WHERE id BETWEEN %(first)s AND %(last)s
 ORDER BY id
