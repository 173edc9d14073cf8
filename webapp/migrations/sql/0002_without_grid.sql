-- The trigger function as it was before the grid.

CREATE OR REPLACE FUNCTION facilities_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.code <> OLD.code OR NEW.id <> OLD.id THEN
        RAISE EXCEPTION 'the code of facility % is permanent', OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'Remove the facility and add another one.';
    END IF;
    NEW.created_at := OLD.created_at;
    NEW.version := OLD.version;
    NEW.updated_at := OLD.updated_at;
    -- generated columns are computed after this
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
