-- The words of the thesaurus are read by Python, which knows what they mean; rows of the database are only those of the
-- glossaries. What took questions apart in the database is gone.
DROP FUNCTION directory_understand(text, text[], text[], bigint, boolean, text[], boolean);
DROP FUNCTION directory_with_wordings, directory_core_of, directory_parts_of, directory_ndoc, directory_unknown_words,
    directory_words, directory_said;
DROP INDEX synonym_by_query, synonym_by_trigrams, synonym_by_words;
DELETE FROM partners_synonym WHERE area_id IS NULL;

-- The word that a misspelled one most likely means: one of the listings, or else of the area's glossary or of "others".
DROP FUNCTION directory_nearest_word(text, bigint);
CREATE FUNCTION directory_nearest_word(typed text, in_area bigint, others text[])
RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE nearest text;
BEGIN
    SELECT known.word INTO nearest FROM (
        SELECT k.word, k.ndoc FROM partners_searchword k WHERE k.word % typed
        UNION ALL -- two letters that changed places leave few trigrams alike
        SELECT k.word, k.ndoc + 1000 FROM partners_searchword k WHERE k.word = ANY (ARRAY(
            SELECT left(typed, at - 1) || substr(typed, at + 1, 1) || substr(typed, at, 1) || substr(typed, at + 2)
            FROM generate_series(1, length(typed) - 1) AS at))
    ) AS known WHERE directory_is_near(known.word, typed)
    ORDER BY levenshtein_less_equal(known.word, typed, 2) > 1 AND known.ndoc < 1000,
        similarity(known.word, typed) + ln(known.ndoc + 1) / 20 DESC, known.word LIMIT 1;
    IF nearest IS NULL THEN
        SELECT w INTO nearest FROM (
            SELECT unnest(others) AS w
            UNION ALL SELECT w FROM partners_synonym y, unnest(y.wording_words) AS w WHERE y.area_id = in_area
        ) AS near
        WHERE levenshtein_less_equal(w, typed, 2) <= 2 AND w ~ '^[[:alpha:]]+$' AND directory_is_near(w, typed)
        ORDER BY levenshtein_less_equal(w, typed, 2), similarity(w, typed) DESC, w LIMIT 1;
    END IF;
    RETURN nearest;
END $$;
