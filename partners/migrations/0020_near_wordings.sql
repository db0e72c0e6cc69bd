-- A misspelled word that no listing is near to is sought among the words of all wordings: 26,000, of which each was compared,
-- in 20 milliseconds. The index finds wordings with some of its trigrams first; two letters that changed places leave too
-- few of them alike in a short word, and are put back.
CREATE INDEX synonym_by_trigrams ON partners_synonym USING gin (wording gin_trgm_ops);
CREATE INDEX synonym_by_words ON partners_synonym USING gin (wording_words);

CREATE OR REPLACE FUNCTION directory_nearest_word(typed text, in_area bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    nearest text;
    put_back text[] := ARRAY(
        SELECT left(typed, at - 1) || substr(typed, at + 1, 1) || substr(typed, at, 1) || substr(typed, at + 2)
        FROM generate_series(1, length(typed) - 1) AS at);
BEGIN
    SELECT known.word INTO nearest FROM (
        SELECT k.word, k.ndoc FROM partners_searchword k WHERE k.word % typed
        UNION ALL -- two letters that changed places leave few trigrams alike
        SELECT k.word, k.ndoc + 1000 FROM partners_searchword k WHERE k.word = ANY (put_back)
    ) AS known WHERE directory_is_near(known.word, typed)
    ORDER BY levenshtein_less_equal(known.word, typed, 2) > 1 AND known.ndoc < 1000,
        similarity(known.word, typed) + ln(known.ndoc + 1) / 20 DESC, known.word LIMIT 1;
    IF nearest IS NULL THEN
        -- For this transaction; nothing else asks for similar words in longer texts. Not as an option of the function,
        -- which only a superuser may give before the extension is loaded.
        PERFORM set_config('pg_trgm.word_similarity_threshold', '0.2', true);
        SELECT w INTO nearest FROM (
            SELECT y.area_id, w FROM partners_synonym y, unnest(y.wording_words) AS w WHERE y.wording %> typed
            UNION ALL SELECT y.area_id, w FROM partners_synonym y, unnest(y.wording_words) AS w
                WHERE y.wording_words && put_back
        ) AS near
        WHERE (near.area_id IS NULL OR near.area_id = in_area) AND levenshtein_less_equal(w, typed, 2) <= 2
            AND w ~ '^[[:alpha:]]+$' AND directory_is_near(w, typed)
        ORDER BY levenshtein_less_equal(w, typed, 2), similarity(w, typed) DESC, w LIMIT 1;
    END IF;
    RETURN nearest;
END $$;
