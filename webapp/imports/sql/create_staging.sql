-- Where rows wait while they are checked: everything is text, so that anything can be staged.

DROP TABLE IF EXISTS pg_temp.staged_facilities, pg_temp.staged_faults;

CREATE TEMPORARY TABLE staged_facilities (
    ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    row_number bigint NOT NULL,
    name text,
    category text,
    lon text,
    lat text,
    status text,
    location_precision text,
    address text,
    locality text,
    country text,
    phone text,
    email text,
    website text,
    description text,
    identifiers text,
    footprint text
) ON COMMIT DROP;

CREATE TEMPORARY TABLE staged_faults (
    ordinal bigint NOT NULL,
    row_number bigint NOT NULL,
    position integer NOT NULL,
    field text NOT NULL,
    value text,
    rule text NOT NULL,
    detail text
) ON COMMIT DROP;

-- Returns NULL, or the rule that a footprint breaks and the detail to tell. PostGIS raises an error for text
-- that it cannot read, so each one is read behind a handler; deep nesting is refused before any parser sees it.
CREATE OR REPLACE FUNCTION pg_temp.footprint_fault(wkt text) RETURNS text[]
    LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    deepest CONSTANT integer := 8;
    longest CONSTANT integer := 1000000;
    parentheses text := regexp_replace(left(wkt, longest + 1), '[^()]', '', 'g');
    shape public.geometry;
BEGIN
    IF length(wkt) > longest THEN
        RETURN ARRAY['too_long', longest::text];
    END IF;
    FOR round IN 1 .. deepest LOOP
        parentheses := replace(parentheses, '()', '');
    END LOOP;
    IF parentheses <> '' THEN
        RETURN ARRAY['nested', deepest::text];
    END IF;
    IF wkt ~* '(curve|circular|surface|tin|triangle)' THEN
        RETURN ARRAY['kind', NULL];
    ELSIF wkt ~* '(nan|inf)' THEN
        RETURN ARRAY['not_finite', NULL];
    END IF;
    shape := public.ST_GeomFromEWKT(wkt);
    IF public.ST_SRID(shape) NOT IN (0, 4326) THEN
        RETURN ARRAY['srid', public.ST_SRID(shape)::text];
    ELSIF public.ST_Zmflag(shape) IN (1, 3) THEN
        RETURN ARRAY['measures', NULL];
    ELSIF NOT public.is_on_earth(shape) THEN
        RETURN ARRAY['off_earth', NULL];
    ELSIF NOT public.ST_IsValid(shape) THEN
        RETURN ARRAY['invalid', public.ST_IsValidReason(shape)];
    END IF;
    RETURN NULL;
EXCEPTION WHEN internal_error OR data_exception OR invalid_parameter_value OR feature_not_supported THEN
    RETURN ARRAY['unreadable', split_part(SQLERRM, E'\n', 1)];
END;
$$;
