-- The staged rows without a fault become facilities, in their order, so that codes rise with it.

INSERT INTO facilities (name, category, status, location, location_precision, footprint, address, locality, country,
                        phone, email, website, description, identifiers)
SELECT name, category, coalesce(status, 'operational'),
       ST_SetSRID(ST_MakePoint(lon::double precision, lat::double precision), 4326),
       coalesce(location_precision, 'exact'),
       ST_SetSRID(ST_GeomFromEWKT(footprint), 4326),
       address, locality, country, phone, email, website, description,
       coalesce(identifiers::jsonb, '{}')
  FROM pg_temp.staged_facilities AS staged
 WHERE ordinal BETWEEN :first AND :last
   AND NOT EXISTS (SELECT FROM pg_temp.staged_faults WHERE staged_faults.ordinal = staged.ordinal)
 ORDER BY ordinal;
