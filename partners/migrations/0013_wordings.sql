-- Other wordings are found by an index: there are more than ten thousand. Each typed word is replaced once, by the longest
-- wording it is part of ("food stamps" is not also "food"), and what replaces it is not replaced again: with a thesaurus of
-- this size, the other way made queries of hundreds of words.
CREATE INDEX synonym_by_query ON partners_synonym USING gist (wording_query);

-- Return a query in which each wording that people typed has become any of its other wordings, and which those are.
CREATE FUNCTION directory_with_wordings(asked tsquery, in_area bigint, OUT query tsquery, OUT also text[])
LANGUAGE plpgsql STABLE AS $$
DECLARE
    s record; w text; lex tsquery; alt tsquery; mark tsquery; changed tsquery;
    marks tsquery[] := '{}'; alts tsquery[] := '{}';
BEGIN
    query := asked;
    also := '{}';
    FOR s IN
        SELECT y.wording_query, array_agg(DISTINCT a.wording) AS wordings,
            array_agg(a.wording ORDER BY y.area_id NULLS LAST, y.wording, a.place) AS others
        FROM partners_synonym y CROSS JOIN LATERAL unnest(y.also) WITH ORDINALITY AS a (wording, place)
        WHERE asked @> y.wording_query AND (y.area_id IS NULL OR y.area_id = in_area) AND numnode(y.wording_query) > 0
        GROUP BY y.wording_query ORDER BY numnode(y.wording_query) DESC, y.wording_query::text
    LOOP
        mark := format(E'''\x01%s''', cardinality(marks))::tsquery; -- no word that anybody types
        changed := ts_rewrite(query, s.wording_query, mark);
        CONTINUE WHEN changed = query; -- a part of a longer wording, or of a phrase in quotation marks
        query := changed;
        alt := s.wording_query;
        FOREACH w IN ARRAY s.wordings LOOP
            lex := phraseto_tsquery('onestop', directory_plain(w));
            CONTINUE WHEN numnode(lex) = 0 OR lex = s.wording_query;
            alt := alt || lex;
        END LOOP;
        marks := marks || mark;
        alts := alts || alt;
        FOREACH w IN ARRAY s.others LOOP
            IF w <> ALL (also) THEN also := also || w; END IF;
        END LOOP;
    END LOOP;
    FOR i IN 1 .. cardinality(marks) LOOP
        query := ts_rewrite(query, marks[i], alts[i]);
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION directory_understand(
    typed text, in_area bigint, exactly boolean, misspelled text[],
    OUT query tsquery, OUT plain tsquery, OUT loose tsquery, OUT corrected text, OUT suggested text, OUT also text[],
    OUT unknown text[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    said text := CASE WHEN exactly THEN lower(unaccent(directory_plain(typed))) ELSE directory_said(typed) END;
    words text[]; w text; lex tsquery; alt tsquery; near text; meant text := said; known integer; s record;
BEGIN
    also := '{}';
    unknown := '{}';
    IF misspelled = '{}' AND NOT exactly THEN
        unknown := directory_unknown_words(said, in_area);
    END IF;
    FOREACH w IN ARRAY misspelled LOOP
        near := directory_nearest_word(w, in_area);
        meant := CASE WHEN near IS NULL THEN meant ELSE regexp_replace(meant, '\m' || w || '\M', near, 'g') END;
    END LOOP;
    -- No service has an unknown word: only "or" and "not" let some match.
    IF meant <> said AND websearch_to_tsquery('onestop', said)::text ~ '[|!]' AND EXISTS (
        SELECT 1 FROM partners_listing l WHERE l.is_public AND (in_area IS NULL OR l.area_id = in_area)
            AND l.search @@ websearch_to_tsquery('onestop', said)
    ) THEN
        suggested := meant;
    ELSIF meant <> said THEN
        said := meant;
        corrected := meant;
    END IF;
    words := directory_words(said);
    query := websearch_to_tsquery('onestop', said);
    IF numnode(query) = 0 THEN query := NULL; RETURN; END IF;
    plain := query;
    IF exactly THEN RETURN; END IF;
    SELECT o.query, o.also INTO query, also FROM directory_with_wordings(query, in_area) AS o;
    also := ARRAY(SELECT a FROM unnest(also) WITH ORDINALITY AS o (a, place)
        WHERE lower(a) <> ALL (words) AND lower(a) <> said ORDER BY place);
    FOREACH w IN ARRAY words LOOP
        CONTINUE WHEN w !~ '(er|or|ist)s?$';
        lex := plainto_tsquery('onestop', w);
        FOREACH near IN ARRAY directory_trade_words(w) LOOP
            query := ts_rewrite(query, lex, lex || plainto_tsquery('onestop', near));
            IF near <> ALL (also) THEN also := also || near; END IF;
        END LOOP;
    END LOOP;
    -- The last word while it is typed: each known word that begins so; a long one also as the beginning of another.
    w := words[cardinality(words)];
    lex := plainto_tsquery('onestop', w);
    IF said ~ '[[:alpha:]]\s*$' AND w ~ '^[[:alpha:]]+$' AND numnode(lex) = 1 THEN
        SELECT count(*) INTO known FROM partners_searchword k WHERE k.word = w;
        alt := lex;
        IF known = 0 THEN
            FOR s IN SELECT DISTINCT ON (k.lexeme) k.lexeme FROM (
                SELECT lexeme, ndoc FROM partners_searchword WHERE word LIKE w || '%' ORDER BY ndoc DESC, word LIMIT 12
            ) AS k LOOP
                CONTINUE WHEN quote_literal(s.lexeme)::tsquery = lex;
                alt := alt || quote_literal(s.lexeme)::tsquery;
            END LOOP;
        ELSIF length(w) >= 5 THEN
            alt := (quote_literal(directory_stem(w)) || ':*')::tsquery;
        END IF;
        query := ts_rewrite(query, lex, alt);
        plain := ts_rewrite(plain, lex, alt);
    END IF;
    IF cardinality(words) > 1 AND query::text !~ '!' THEN
        loose := replace(query::text, ' & ', ' | ')::tsquery;
    END IF;
END $$;
