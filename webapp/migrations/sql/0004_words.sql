-- The words that facilities are found by, so that a slip of the finger can be told from a rare word. Any writer adds
-- the words that are new; nobody waits for another, since two who bring the same new word may both store it. A word
-- whose last facility has gone stays until the words are collected anew.

-- Letters only: numbers, codes and identifiers are not spelt.
CREATE FUNCTION words_of(value text) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 8 AS $$
    SELECT word FROM regexp_split_to_table(value, '[^[:alpha:]]+') AS word WHERE length(word) BETWEEN 3 AND 40
$$;

CREATE FUNCTION facilities_learn_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- in the order of how often they occur: of two words that are as likely meant, the older one is chosen
    INSERT INTO public.facility_words (word)
    SELECT word
      FROM (SELECT word, count(*) AS times
              FROM new_rows CROSS JOIN LATERAL public.words_of(search_text) AS word GROUP BY word) AS used
     WHERE NOT EXISTS (SELECT FROM public.facility_words AS known WHERE known.word = used.word)
     ORDER BY times DESC, word;
    RETURN NULL;
END;
$$;

CREATE FUNCTION facilities_learn_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.facility_words (word)
    SELECT word
      FROM (SELECT word, count(*) AS times
              FROM new_rows JOIN old_rows USING (id)
             CROSS JOIN LATERAL public.words_of(new_rows.search_text) AS word
             WHERE new_rows.search_text IS DISTINCT FROM old_rows.search_text
             GROUP BY word) AS used
     WHERE NOT EXISTS (SELECT FROM public.facility_words AS known WHERE known.word = used.word)
     ORDER BY times DESC, word;
    RETURN NULL;
END;
$$;

CREATE TRIGGER facilities_learn_added AFTER INSERT ON facilities
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION facilities_learn_added();
CREATE TRIGGER facilities_learn_changed AFTER UPDATE ON facilities
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION facilities_learn_changed();

-- Facilities that were there before.
INSERT INTO facility_words (word)
SELECT word FROM facilities CROSS JOIN LATERAL words_of(search_text) AS word
 GROUP BY word ORDER BY count(*) DESC, word;
