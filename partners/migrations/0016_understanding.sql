-- A question is taken apart into things that are looked for. Each thing is a wording of the thesaurus or of the glossary,
-- or a word; it can be said as typed, in other words that mean the same, more narrowly or more broadly. How rare a thing
-- is in the directory says how much it matters. Ranking weighs which of these things a service has, where, and how it
-- says them.
DROP FUNCTION directory_understand(text, bigint, boolean, text[]);

-- Spanish words by their Spanish stems: "trabajos" and "trabajar" are "trabajo". Without accents, as all words here.
CREATE FUNCTION directory_spanish_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (ts_lexize('spanish_stem', word))[1]
$$;
CREATE INDEX search_word_by_spanish_stem ON partners_searchword (directory_spanish_stem(word));

-- Any of some wordings, each as a phrase.
CREATE FUNCTION directory_any_of(wordings text[]) RETURNS tsquery LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE w text; one tsquery; found tsquery;
BEGIN
    FOREACH w IN ARRAY coalesce(wordings, '{}') LOOP
        one := phraseto_tsquery('onestop', directory_plain(w));
        CONTINUE WHEN numnode(one) = 0;
        found := CASE WHEN found IS NULL THEN one ELSE found || one END;
    END LOOP;
    RETURN found;
END $$;

-- In how many public listings a lexeme stands, about: in that of its most common word.
CREATE FUNCTION directory_ndoc(lexemes text[]) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((
        SELECT min(n) FROM (SELECT coalesce(max(k.ndoc), 0) AS n FROM unnest(lexemes) AS one
            LEFT JOIN partners_searchword k ON k.lexeme = one GROUP BY one) AS each
    ), 0);
END $$;

-- The words that several wordings of a thing have in common, if they are not common in the directory: of "dental care" and
-- "dental clinic" it is "dental". They find what has yet another name.
CREATE FUNCTION directory_core_of(wordings text[], besides text[], most integer) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
DECLARE lex text; one tsquery; found tsquery;
BEGIN
    FOR lex IN
        SELECT l FROM (SELECT DISTINCT l, directory_plain(lower(w)) AS w FROM unnest(wordings) AS w
            CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector('onestop', directory_plain(w)))) AS l) AS each
        WHERE l <> ALL (besides) GROUP BY l HAVING count(*) > 1 AND directory_ndoc(ARRAY[l]) BETWEEN 1 AND most ORDER BY l
    LOOP
        one := quote_literal(lex)::tsquery;
        found := CASE WHEN found IS NULL THEN one ELSE found || one END;
    END LOOP;
    RETURN found;
END $$;

-- Single words of a longer wording, with their own other wordings: "oficina de desempleo" is not only a job center, but
-- has to do with unemployment.
CREATE FUNCTION directory_parts_of(lexemes text[], besides text[]) RETURNS tsquery LANGUAGE plpgsql STABLE AS $$
DECLARE lex text; one tsquery; more tsquery; found tsquery;
BEGIN
    IF cardinality(lexemes) < 2 THEN RETURN NULL; END IF;
    FOREACH lex IN ARRAY lexemes LOOP
        CONTINUE WHEN lex = ANY (besides);
        one := quote_literal(lex)::tsquery;
        SELECT directory_any_of(y.also[:4]) INTO more FROM partners_synonym y
            WHERE y.wording_query = one AND y.area_id IS NULL LIMIT 1;
        IF more IS NOT NULL THEN one := one || more; END IF;
        found := CASE WHEN found IS NULL THEN one ELSE found || one END;
    END LOOP;
    RETURN found;
END $$;

-- The word that a misspelled one most likely means: one wrong letter before two, whatever is more common.
CREATE OR REPLACE FUNCTION directory_nearest_word(typed text, in_area bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
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
        SELECT w INTO nearest FROM partners_synonym y, unnest(y.wording_words) AS w
        WHERE (y.area_id IS NULL OR y.area_id = in_area) AND levenshtein_less_equal(w, typed, 2) <= 2
            AND w ~ '^[[:alpha:]]+$' AND directory_is_near(w, typed)
        ORDER BY levenshtein_less_equal(w, typed, 2), similarity(w, typed) DESC, w LIMIT 1;
    END IF;
    RETURN nearest;
END $$;

-- Return what the typed words mean in an area (null: anywhere).
-- "query" finds services that have each thing, "loose" those that have one of those that matter, "plain" those that have
-- the typed words. The things are in "said" to "weights" (partners.search.scoring.Thing); null is no such wording.
-- "asides" are words of a question that say nothing of its matter; they are left out unless there is nothing else, or a
-- wording needs them. "exactly": no other wordings and spellings.
-- "unknown" says which words may be misspelled. Called again with those that are, each is replaced by the nearest known
-- word, and "corrected" says what is searched for; but if services match the words as typed, that is only "suggested".
CREATE FUNCTION directory_understand(
    typed text, asides text[], plain_words text[], in_area bigint, exactly boolean, misspelled text[], is_spanish boolean,
    OUT query tsquery, OUT plain tsquery, OUT loose tsquery, OUT corrected text, OUT suggested text, OUT also text[],
    OUT unknown text[], OUT said tsquery[], OUT same tsquery[], OUT narrower tsquery[], OUT core tsquery[],
    OUT broader tsquery[], OUT kin tsquery[], OUT parts tsquery[], OUT words tsquery[], OUT weights real[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    asked_for text := lower(unaccent(directory_plain(typed)));
    meant text := asked_for;
    typed_words text[]; lexemes text[]; rest text[]; put text[]; w text; lex text; nearest text; one tsquery;
    bare text[]; others text[]; closest text[]; alt tsquery; all_of tsquery; s record;
    known integer; wordings integer; total integer; n integer;
BEGIN
    also := '{}'; unknown := '{}'; said := '{}'; same := '{}'; narrower := '{}'; core := '{}'; broader := '{}'; kin := '{}';
    parts := '{}'; words := '{}'; weights := '{}';
    IF misspelled = '{}' AND NOT exactly THEN
        unknown := ARRAY(SELECT u FROM unnest(directory_unknown_words(asked_for, in_area)) AS u WHERE u <> ALL (asides));
    END IF;
    FOREACH w IN ARRAY misspelled LOOP
        nearest := directory_nearest_word(w, in_area);
        meant := CASE WHEN nearest IS NULL THEN meant ELSE regexp_replace(meant, '\m' || w || '\M', nearest, 'g') END;
    END LOOP;
    -- No service has an unknown word: only "or" and "not" let some match.
    IF meant <> asked_for AND websearch_to_tsquery('onestop', asked_for)::text ~ '[|!]' AND EXISTS (
        SELECT 1 FROM partners_listing l WHERE l.is_public AND (in_area IS NULL OR l.area_id = in_area)
            AND l.search @@ websearch_to_tsquery('onestop', asked_for)
    ) THEN
        suggested := meant;
    ELSIF meant <> asked_for THEN
        asked_for := meant;
        corrected := meant;
    END IF;
    typed_words := directory_words(asked_for);
    query := websearch_to_tsquery('onestop', asked_for);
    IF numnode(query) = 0 THEN query := NULL; RETURN; END IF;
    plain := query;
    -- Quotation marks, "or" and "not": one thing, said as typed.
    IF exactly OR query::text ~ '[|!<]' THEN
        said := ARRAY[query]; same := ARRAY[NULL::tsquery]; weights := '{1}';
        narrower := same; core := same; broader := same; kin := same; parts := same; words := same;
        IF NOT exactly THEN
            SELECT o.query, o.also INTO query, also FROM directory_with_wordings(query, in_area) AS o;
            same := ARRAY[query];
        END IF;
        RETURN;
    END IF;
    -- How many listings there are, about; statistics know nothing of few.
    SELECT greatest(reltuples, 500) INTO total FROM pg_class WHERE oid = 'partners_listing'::regclass;
    lexemes := tsvector_to_array(to_tsvector('onestop', asked_for));
    put := tsvector_to_array(to_tsvector('onestop', array_to_string(asides, ' ')));
    IF lexemes <@ put THEN put := '{}'; END IF;
    bare := tsvector_to_array(to_tsvector('onestop', array_to_string(plain_words, ' '))) || put;
    -- Wordings, the longest first and those that stand together before others: "food stamps" is not also "food".
    rest := lexemes;
    FOR s IN
        SELECT y.wording_query, min(y.wording) AS wording,
            array_agg(a.wording ORDER BY y.area_id NULLS LAST, a.place) FILTER (WHERE a.place <= y.same) AS same,
            array_agg(a.wording ORDER BY y.area_id NULLS LAST, a.place)
                FILTER (WHERE a.place > y.same AND a.place <= y.same + y.narrower) AS narrower,
            array_agg(a.wording ORDER BY y.area_id NULLS LAST, a.place)
                FILTER (WHERE a.place > y.same + y.narrower) AS broader
        FROM partners_synonym y CROSS JOIN LATERAL unnest(y.also) WITH ORDINALITY AS a (wording, place)
        WHERE query @> y.wording_query AND (y.area_id IS NULL OR y.area_id = in_area) AND numnode(y.wording_query) > 0
        GROUP BY y.wording_query
        ORDER BY numnode(y.wording_query) DESC,
            to_tsvector('onestop', asked_for) @@ replace(y.wording_query::text, '&', '<->')::tsquery DESC, 2
    LOOP
        lexemes := tsvector_to_array(to_tsvector('onestop', directory_plain(s.wording)));
        CONTINUE WHEN NOT lexemes <@ rest OR lexemes <@ put;
        rest := ARRAY(SELECT r FROM unnest(rest) AS r WHERE r <> ALL (lexemes));
        others := ARRAY(SELECT o FROM unnest(s.same || s.narrower || s.broader) WITH ORDINALITY AS o (o, place)
            WHERE lower(o) <> s.wording GROUP BY o ORDER BY min(place));
        closest := ARRAY(SELECT DISTINCT o FROM unnest(s.same) AS o WHERE lower(o) <> s.wording);
        said := said || s.wording_query;
        same := same || directory_any_of(closest);
        narrower := narrower || directory_any_of(
            ARRAY(SELECT DISTINCT o FROM unnest(s.narrower) AS o WHERE o <> ALL (closest)));
        core := core || directory_core_of(s.wording::text || closest, bare, total / 12);
        parts := parts || directory_parts_of(lexemes, bare);
        words := words || CASE WHEN cardinality(lexemes) > 1 THEN (
            SELECT string_agg(quote_literal(l), ' | ')::tsquery FROM unnest(lexemes) AS l WHERE l <> ALL (bare)) END;
        broader := broader || directory_any_of(s.broader);
        -- What narrower things are called.
        kin := kin || directory_any_of(ARRAY(
            SELECT DISTINCT o FROM partners_synonym y, unnest(y.also[:least(y.same, 5)]) AS o
            WHERE lower(y.wording) = ANY (ARRAY(SELECT lower(x) FROM unnest(s.narrower) AS x)) AND y.area_id IS NULL
                AND o <> ALL (others)));
        also := also || ARRAY(SELECT o FROM unnest(others) WITH ORDINALITY AS o (o, place)
            WHERE o <> ALL (also) AND lower(o) <> ALL (typed_words) AND lower(o) <> asked_for ORDER BY place);
        SELECT max(directory_ndoc(tsvector_to_array(to_tsvector('onestop', directory_plain(o))))) INTO n
            FROM unnest(closest || s.wording::text) AS o;
        weights := weights || n::real;
    END LOOP;
    wordings := cardinality(said);
    FOREACH lex IN ARRAY rest LOOP
        CONTINUE WHEN lex = ANY (put);
        said := said || quote_literal(lex)::tsquery;
        same := same || NULL::tsquery;
        narrower := narrower || NULL::tsquery;
        core := core || NULL::tsquery;
        broader := broader || NULL::tsquery;
        kin := kin || NULL::tsquery;
        parts := parts || NULL::tsquery;
        words := words || NULL::tsquery;
        weights := weights || directory_ndoc(ARRAY[lex])::real;
    END LOOP;
    -- A trade by who works in it, and Spanish words by their stems.
    FOREACH w IN ARRAY typed_words LOOP
        one := plainto_tsquery('onestop', w);
        n := array_position(said, one);
        CONTINUE WHEN n IS NULL OR numnode(one) <> 1;
        IF w ~ '(er|or|ist)s?$' THEN
            FOREACH lex IN ARRAY directory_trade_words(w) LOOP
                same[n] := coalesce(same[n] || plainto_tsquery('onestop', lex), plainto_tsquery('onestop', lex));
                IF lex <> ALL (also) THEN also := also || lex; END IF;
            END LOOP;
        END IF;
        IF length(w) > 4 AND (is_spanish OR NOT EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = w)) THEN
            FOR s IN SELECT DISTINCT k.lexeme FROM partners_searchword k
                WHERE directory_spanish_stem(k.word) = directory_spanish_stem(w) LIMIT 8
            LOOP
                CONTINUE WHEN quote_literal(s.lexeme)::tsquery = one;
                same[n] := coalesce(same[n] || quote_literal(s.lexeme)::tsquery, quote_literal(s.lexeme)::tsquery);
                weights[n] := greatest(weights[n], directory_ndoc(ARRAY[s.lexeme]));
            END LOOP;
        END IF;
    END LOOP;
    -- The last word while it is typed: each known word that begins so; a long one also as the beginning of another.
    w := typed_words[cardinality(typed_words)];
    one := plainto_tsquery('onestop', w);
    n := array_position(said, one);
    IF n IS NOT NULL AND asked_for ~ '[[:alpha:]]\s*$' AND w ~ '^[[:alpha:]]+$' AND numnode(one) = 1 THEN
        SELECT count(*) INTO known FROM partners_searchword k WHERE k.word = w;
        alt := one;
        IF known = 0 THEN
            FOR s IN SELECT DISTINCT ON (k.lexeme) k.lexeme FROM (
                SELECT lexeme, ndoc FROM partners_searchword WHERE word LIKE w || '%' ORDER BY ndoc DESC, word LIMIT 12
            ) AS k LOOP
                CONTINUE WHEN quote_literal(s.lexeme)::tsquery = one;
                alt := alt || quote_literal(s.lexeme)::tsquery;
            END LOOP;
        ELSIF length(w) >= 5 THEN
            alt := (quote_literal(directory_stem(w)) || ':*')::tsquery;
        END IF;
        said[n] := alt;
    END IF;
    -- How rare each thing is.
    weights := ARRAY(SELECT greatest(ln((total + 1) / (d + 1)), 0.2)
        FROM unnest(weights) WITH ORDINALITY AS o (d, place) ORDER BY place);
    -- Words such as "class" or "program" say little even where they are rare.
    FOR i IN 1 .. cardinality(said) LOOP
        weights[i] := least(weights[i], 4.5);
        IF tsvector_to_array(to_tsvector('simple', said[i]::text)) <@ bare THEN weights[i] := weights[i] * 0.4;
        ELSIF i > wordings AND wordings > 0 THEN weights[i] := weights[i] * 0.6; -- not a word of the field
        END IF;
    END LOOP;
    query := NULL; plain := NULL;
    FOR i IN 1 .. cardinality(said) LOOP
        all_of := said[i];
        IF same[i] IS NOT NULL THEN all_of := all_of || same[i]; END IF;
        IF narrower[i] IS NOT NULL THEN all_of := all_of || narrower[i]; END IF;
        IF core[i] IS NOT NULL THEN all_of := all_of || core[i]; END IF;
        IF numnode(words[i]) = 1 THEN all_of := all_of || words[i]; END IF;
        query := CASE WHEN query IS NULL THEN all_of ELSE query && all_of END;
        plain := CASE WHEN plain IS NULL THEN said[i] ELSE plain && said[i] END;
        IF cardinality(said) > 1 OR numnode(said[i]) > 1 THEN
            loose := CASE WHEN loose IS NULL THEN all_of ELSE loose || all_of END;
        END IF;
    END LOOP;
    -- Some word of a wording.
    FOR i IN 1 .. cardinality(broader) LOOP
        IF broader[i] IS NOT NULL THEN loose := coalesce(loose, query) || broader[i]; END IF;
        IF kin[i] IS NOT NULL THEN loose := coalesce(loose, query) || kin[i]; END IF;
        IF parts[i] IS NOT NULL THEN loose := coalesce(loose, query) || parts[i]; END IF;
    END LOOP;
    IF loose IS NOT NULL THEN
        loose := loose || replace(plain::text, '&', '|')::tsquery;
    END IF;
END $$;
