-- Functions that the tables' constraints, defaults and generated columns call.
-- The plain SQL ones are not STRICT, so that the planner can put their bodies in place of the calls.
-- They name the schema of what they use, so that pg_dump's empty search_path restores them.

CREATE SEQUENCE facility_code_numbers START WITH 10000000;

-- ISO 7064 Mod 11,2: the same as stdnum.iso7064.mod_11_2, held equal by a test.
CREATE FUNCTION mod_11_2_check_character(body text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    remainder integer := 0;
    result integer;
BEGIN
    FOR place IN 1 .. length(body) LOOP
        remainder := ((remainder + substr(body, place, 1)::integer) * 2) % 11;
    END LOOP;
    result := (12 - remainder) % 11;
    RETURN CASE result WHEN 10 THEN 'X' ELSE result::text END;
END;
$$;

CREATE FUNCTION facility_code_is_valid(code text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN code ~ '^F[0-9]{8,12}[0-9X]$'
        AND right(code, 1) = public.mod_11_2_check_character(substr(code, 2, length(code) - 2));
END;
$$;

CREATE FUNCTION new_facility_code() RETURNS text
    LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    body text := nextval('public.facility_code_numbers')::text;
BEGIN
    RETURN 'F' || body || public.mod_11_2_check_character(body);
END;
$$;

-- Letters without case and accents, for search and for sorting. unaccent() is only STABLE because its
-- dictionary could be edited; naming the dictionary is the accepted way to promise that it is not.
CREATE FUNCTION searchable(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, value))
$$;

-- The values alone, as a text to search in.
CREATE FUNCTION identifier_values(identifiers jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_path_query_array(identifiers, '$.*')::text
$$;

-- One trimmed, non-empty line without control characters.
CREATE FUNCTION is_line_of_text(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT value <> '' AND value = btrim(value) AND value !~ '[\u0001-\u001f\u007f-\u009f]'
$$;

-- Likewise with line breaks and tabs allowed.
CREATE FUNCTION is_block_of_text(value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT value <> '' AND value = btrim(value, E' \n\t') AND value !~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f]'
$$;

-- A flat object: short lower-case keys, one trimmed, non-empty line of text each.
CREATE FUNCTION identifiers_are_texts(identifiers jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_typeof(identifiers) = 'object' AND NOT jsonb_path_exists(identifiers, '$.keyvalue() ? (
        !(@.key like_regex "^[a-z][a-z0-9_:.-]{0,49}$") || @.value.type() != "string" || @.value == ""
        || @.value like_regex "^ | $|[\u0001-\u001f\u007f-\u009f]")')
$$;

-- Not empty, finite, and within the degrees that there are. NaN counts as greater than any number here.
CREATE FUNCTION is_on_earth(shape geometry) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT NOT public.ST_IsEmpty(shape)
        AND public.ST_XMin(shape) BETWEEN -180 AND 180 AND public.ST_XMax(shape) BETWEEN -180 AND 180
        AND public.ST_YMin(shape) BETWEEN -90 AND 90 AND public.ST_YMax(shape) BETWEEN -90 AND 90
$$;

-- What an outline may be: a shape that GeoJSON can carry (no curves, surfaces or measures, every number finite)
-- and that GEOS can compute with. ST_ZMax overlooks a NaN in front of a number, the text does not.
CREATE FUNCTION is_outline(shape geometry) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT public.is_on_earth(shape) AND public.ST_Zmflag(shape) IN (0, 2) AND NOT public.ST_HasArc(shape)
        AND public.GeometryType(shape) IN ('POINT', 'MULTIPOINT', 'LINESTRING', 'MULTILINESTRING', 'POLYGON',
                                           'MULTIPOLYGON', 'GEOMETRYCOLLECTION')
        AND public.ST_AsText(shape) !~* 'nan|inf' AND public.ST_IsValid(shape)
$$;
