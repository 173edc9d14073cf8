-- Every word that a facility has, the most usual first: see migrations/sql/0004_words.sql.

INSERT INTO facility_words (word)
SELECT word
  FROM facilities CROSS JOIN LATERAL words_of(search_text) AS word
 GROUP BY word
 ORDER BY count(*) DESC, word;
