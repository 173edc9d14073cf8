-- Every word that a facility has, and how many have it: see migrations/sql/0004_words.sql.

INSERT INTO facility_words (word, facilities)
SELECT word, count(*)
  FROM facilities CROSS JOIN LATERAL words_of(search_text) AS word
 GROUP BY word;
