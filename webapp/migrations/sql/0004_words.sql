-- The words that facilities are found by, and about how many have them: so a slip of the finger can be told from a rare
-- word, and a rare word from one that millions share. Any writer adds to them, and nobody waits for another: a row is
-- only ever appended, so a word may have several. A statement appends the words that are new, and those that many of
-- its facilities have; the numbers of small statements and of what was removed are left to `flask search refresh`.

-- Every run of letters, and short numbers such as those of houses; so what is made of letters alone and is in no word
-- is in no facility's text.
CREATE FUNCTION words_of(value text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 8 AS $$
    SELECT run[1] FROM regexp_matches(value, '[[:alpha:]]+|[0-9]+', 'g') AS run
     WHERE run[1] !~ '^[0-9]{5}' AND length(run[1]) <= 200
$$;

CREATE FUNCTION facilities_learn_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.facility_words (word, facilities)
    SELECT word, facilities
      FROM (SELECT word, count(*) AS facilities
              FROM new_rows CROSS JOIN LATERAL public.words_of(search_text) AS word GROUP BY word) AS used
     WHERE facilities >= 64
        OR NOT EXISTS (SELECT FROM public.facility_words AS known WHERE known.word = used.word);
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_learn_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.facility_words (word, facilities)
    SELECT word, facilities
      FROM (SELECT word, count(*) AS facilities
              FROM new_rows JOIN old_rows USING (id)
             CROSS JOIN LATERAL public.words_of(new_rows.search_text) AS word
             WHERE new_rows.search_text IS DISTINCT FROM old_rows.search_text
             GROUP BY word) AS used
     WHERE NOT EXISTS (SELECT FROM public.facility_words AS known WHERE known.word = used.word);
    RETURN NULL;
END;
$$;

CREATE TRIGGER facilities_learn_added AFTER INSERT ON facilities
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_learn_added();
CREATE TRIGGER facilities_learn_changed AFTER UPDATE ON facilities
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facilities_learn_changed();

-- Facilities that were there before.
INSERT INTO facility_words (word, facilities)
SELECT word, count(*) FROM facilities CROSS JOIN LATERAL words_of(search_text) AS word GROUP BY word;
