-- Facilities out of cities, the same on every machine: each value is a hash of its row's number and a salt.
-- psycopg2 fills in the number of rows and the seed, which is why the modulo operator is doubled.

CREATE FUNCTION pg_temp.share(number bigint, salt integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashint8extended(number, salt) & 1099511627775)::double precision / 1099511627776
$$;

-- One of several, each as likely as the others.
CREATE FUNCTION pg_temp.one_of(choices text[], number bigint, salt integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT choices[1 + (hashint8extended(number, salt) & 1099511627775) %% cardinality(choices)]
$$;

CREATE TEMPORARY TABLE ranked_cities AS
SELECT *, row_number() OVER (ORDER BY weight DESC, lon, lat) AS place,
       sum(weight) OVER (ORDER BY id) - weight AS before, sum(weight) OVER () AS total
  FROM raw_cities;

-- Every total/rows-th of the weights becomes a facility; then shuffled, as an import in no order would be.
CREATE TEMPORARY TABLE placed AS
SELECT row_number() OVER (ORDER BY hashint8extended(number, %(seed)s)) AS number,
       lon, lat, country, locality, place
  FROM ranked_cities CROSS JOIN LATERAL generate_series(
           ceil(before * %(rows)s / total)::bigint, ceil((before + weight) * %(rows)s / total)::bigint - 1
       ) AS number;

DROP TABLE IF EXISTS raw_places;
CREATE UNLOGGED TABLE raw_places AS
WITH kinds AS (
    SELECT *, CASE
        WHEN pg_temp.share(number, 11) < 0.0005 THEN 'balloonport'
        WHEN pg_temp.share(number, 11) < 0.0025 THEN 'large_airport'
        WHEN pg_temp.share(number, 11) < 0.01 THEN 'heliport'
        WHEN pg_temp.share(number, 11) < 0.31 THEN 'school'
        WHEN pg_temp.share(number, 11) < 0.56 THEN 'health_facility'
        WHEN pg_temp.share(number, 11) < 0.71 THEN 'office'
        WHEN pg_temp.share(number, 11) < 0.81 THEN 'depot'
        WHEN pg_temp.share(number, 11) < 0.89 THEN 'warehouse'
        ELSE 'other' END AS category,
        -- the others stay on the city's very point, a stack
        pg_temp.share(number, 12) < 0.7 AS is_scattered,
        sqrt(-2 * ln(1 - pg_temp.share(number, 13))) * (3 + 2 * pg_temp.share(place, 14)) / 111.2 AS away_deg,
        2 * pi() * pg_temp.share(number, 15) AS direction
      FROM placed
), scattered AS (
    SELECT *,
        CASE WHEN is_scattered
             THEN lon + away_deg * cos(direction) / greatest(cos(radians(lat)), 0.05) ELSE lon END AS east,
        CASE WHEN is_scattered
             THEN least(90, greatest(-90, lat + away_deg * sin(direction))) ELSE lat END AS north
      FROM kinds
)
SELECT number AS id,
       round((east - 360 * floor((east + 180) / 360))::numeric, 6)::double precision AS lon,
       round(north::numeric, 6)::double precision AS lat,
       category,
       CASE WHEN pg_temp.share(number, 21) < 0.92 THEN 'operational'
            WHEN pg_temp.share(number, 21) < 0.96 THEN 'planned'
            WHEN pg_temp.share(number, 21) < 0.98 THEN 'temporarily_closed' ELSE 'closed' END AS status,
       CASE WHEN pg_temp.share(number, 22) < 0.90 THEN 'exact'
            WHEN pg_temp.share(number, 22) < 0.99 THEN 'approximate' ELSE 'area_centroid' END AS precision,
       CASE WHEN country ~ '^[A-Z]{2}$' AND pg_temp.share(number, 23) < 0.99 THEN country END AS country,
       nullif(locality, '') AS locality,
       left(btrim(concat_ws(' ',
           CASE WHEN pg_temp.share(number, 31) < 0.6 THEN nullif(locality, '') END,
           CASE WHEN pg_temp.share(number, 32) < 0.00005 THEN 'Quetzalcoatlus' END,
           CASE WHEN pg_temp.share(number, 33) < 0.7 THEN pg_temp.one_of(ARRAY[
               'North', 'South', 'East', 'West', 'Central', 'Saint Mary', 'Saint-Étienne', 'São José', 'Santa Lucía',
               'Victoria', 'Liberty', 'Riverside', 'Hillside', 'Kings', 'Queens', 'Unity', 'Hope', 'Al-Noor',
               'Mahatma Gandhi', 'Nelson Mandela', 'José Martí', 'Łódzka', 'Gröna', 'Ørsted', 'Châtelet',
               'Lakeview', 'Old Town', 'New Town', 'Harbour', 'Station', 'Market', 'Mission', 'Bethel',
               'Evergreen', 'Sunrise', 'Golden', 'Blue', 'Green', 'Crescent', 'Providence'], number, 34) END,
           CASE category
               WHEN 'school' THEN pg_temp.one_of(ARRAY['Primary School', 'School', 'High School', 'Academy',
                   'École primaire', 'Escuela', 'Kindergarten', 'Institute'], number, 35)
               WHEN 'health_facility' THEN pg_temp.one_of(ARRAY['Clinic', 'Clinic', 'Health Clinic', 'Hospital',
                   'Health Post', 'Dispensaire', 'Medical Centre'], number, 35)
               WHEN 'office' THEN pg_temp.one_of(ARRAY['Office', 'District Office', 'Registry', 'Bureau'], number, 35)
               WHEN 'depot' THEN pg_temp.one_of(ARRAY['Depot', 'Bus Depot', 'Dépôt', 'Garage'], number, 35)
               WHEN 'warehouse' THEN pg_temp.one_of(ARRAY['Warehouse', 'Cold Store', 'Entrepôt'], number, 35)
               WHEN 'heliport' THEN 'Heliport'
               WHEN 'large_airport' THEN 'International Airport'
               WHEN 'balloonport' THEN 'Balloonport'
               ELSE pg_temp.one_of(ARRAY['Centre', 'Hall', 'Library', 'Workshop', 'Pump House'], number, 35) END,
           CASE WHEN pg_temp.share(number, 36) < 0.3 THEN (1 + floor(pg_temp.share(number, 37) * 400))::text END
       )), 255) AS name,
       CASE WHEN pg_temp.share(number, 41) < 0.1 THEN concat_ws(' ',
           (1 + floor(pg_temp.share(number, 42) * 300))::text,
           pg_temp.one_of(ARRAY['Main Street', 'Church Road', 'rue de la République', 'Calle Mayor', 'Hauptstraße',
               'Station Road', 'Avenida Brasil', 'Park Lane'], number, 43)) END AS address,
       CASE WHEN pg_temp.share(number, 44) < 0.05
            THEN jsonb_build_object('source', 'SRC-' || lpad(number::text, 9, '0')) ELSE '{}' END AS identifiers,
       timestamptz '2026-01-31T00:00Z' - pg_temp.share(number, 51) * interval '3 years' AS updated_at
  FROM scattered
 ORDER BY number;

DROP TABLE placed, ranked_cities;
