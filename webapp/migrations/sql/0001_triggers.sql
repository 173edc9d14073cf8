-- What must hold for any writer: versions count up, codes stay, every change is in the history.

CREATE FUNCTION facilities_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.code <> OLD.code OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'the code of facility % is permanent', OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'Remove the facility and add another one.';
    END IF;
    NEW.created_at := OLD.created_at;
    NEW.version := OLD.version;
    NEW.updated_at := OLD.updated_at;
    NEW.search_text := OLD.search_text;
    NEW.sort_name := OLD.sort_name;
    -- compared as stored bytes, which sees Z values, NULLs and the last bit of a coordinate
    IF NEW *<> OLD THEN
        NEW.version := OLD.version + 1;
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER facilities_keep_identity BEFORE UPDATE ON facilities
    FOR EACH ROW EXECUTE FUNCTION facilities_keep_identity();

CREATE FUNCTION facility_facts(facility facilities) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'name', facility.name, 'category', facility.category, 'status', facility.status,
        'location_precision', facility.location_precision, 'address', facility.address,
        'locality', facility.locality, 'country', facility.country, 'phone', facility.phone,
        'email', facility.email, 'website', facility.website, 'description', facility.description,
        'identifiers', facility.identifiers, 'created_at', facility.created_at,
        'updated_at', facility.updated_at))
$$;

CREATE FUNCTION change_actor() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('facility_atlas.actor', true), ''), session_user)
$$;

CREATE FUNCTION change_door() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('facility_atlas.door', true), ''), 'sql')
$$;

CREATE FUNCTION facilities_record_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.facility_revisions
        (facility_id, code, version, operation, actor, door, transaction_id, facts, location, footprint)
    SELECT id, code, version, 'added', public.change_actor(), public.change_door(),
           pg_current_xact_id()::text::bigint, public.facility_facts(new_rows), location, footprint
      FROM new_rows;
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_record_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.facility_revisions
        (facility_id, code, version, operation, actor, door, transaction_id, facts, location, footprint)
    SELECT new_rows.id, new_rows.code, new_rows.version, 'changed', public.change_actor(), public.change_door(),
           pg_current_xact_id()::text::bigint, public.facility_facts(new_rows), new_rows.location, new_rows.footprint
      FROM new_rows JOIN old_rows USING (id)
     WHERE new_rows.version <> old_rows.version;
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_record_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.facility_revisions
        (facility_id, code, version, operation, actor, door, transaction_id, facts, location, footprint)
    SELECT id, code, version + 1, 'removed', public.change_actor(), public.change_door(),
           pg_current_xact_id()::text::bigint, public.facility_facts(old_rows), location, footprint
      FROM old_rows;
    RETURN NULL;
END;
$$;

CREATE TRIGGER facilities_record_added AFTER INSERT ON facilities
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_record_added();
CREATE TRIGGER facilities_record_changed AFTER UPDATE ON facilities
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facilities_record_changed();
CREATE TRIGGER facilities_record_removed AFTER DELETE ON facilities
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_record_removed();

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = TG_ARGV[0];
END;
$$;

CREATE TRIGGER facilities_refuse_truncate BEFORE TRUNCATE ON facilities
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('TRUNCATE would bypass the history: use DELETE.');
CREATE TRIGGER facility_revisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON facility_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('The history is append-only.');
