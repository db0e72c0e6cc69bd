-- Services are ranked by what their texts mean (partners.search.readings), which Python reads and keeps with the listing.
-- What was read is taken away when the words of the listing change; what is unread is read by the next search.
CREATE INDEX listing_unread ON partners_listing (service_id) WHERE concepts IS NULL AND is_public;

CREATE OR REPLACE FUNCTION directory_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN RETURN; END IF;
    -- Lock, and only then look: of two who write about one service, the second must see what the first has written.
    PERFORM 1 FROM partners_listing WHERE service_id = ANY (ids) ORDER BY service_id FOR UPDATE;
    DELETE FROM partners_listing l WHERE l.service_id = ANY (ids)
        AND NOT EXISTS (SELECT 1 FROM partners_current_service f WHERE f.service_id = l.service_id OFFSET 0);
    WITH wanted AS MATERIALIZED (
        SELECT d.* FROM (SELECT DISTINCT unnest(ids) AS id) AS one
        CROSS JOIN LATERAL (SELECT * FROM partners_listed WHERE service_id = one.id OFFSET 0) AS d
    ), written AS (
        INSERT INTO partners_listing AS l (service_id, area_id, partnership_id, is_public, name, org_name, kind, program_ids,
            center_ids, groups, languages, modes, accommodations, is_free, head, search)
        SELECT service_id, area_id, partnership_id, is_public, name, org_name, kind, program_ids,
            center_ids, groups, languages, modes, accommodations, is_free, head, search
        FROM wanted ORDER BY service_id
        ON CONFLICT (service_id) DO UPDATE SET (area_id, partnership_id, is_public, name, org_name, kind, program_ids,
            center_ids, groups, languages, modes, accommodations, is_free, head, search, concepts, strong_concepts, reading)
            = (excluded.area_id, excluded.partnership_id, excluded.is_public, excluded.name, excluded.org_name, excluded.kind,
            excluded.program_ids, excluded.center_ids, excluded.groups, excluded.languages, excluded.modes,
            excluded.accommodations, excluded.is_free, excluded.head, excluded.search,
            CASE WHEN l.search = excluded.search THEN l.concepts END,
            CASE WHEN l.search = excluded.search THEN l.strong_concepts END,
            CASE WHEN l.search = excluded.search THEN l.reading END)
        -- Listings that need no change are not written.
        WHERE (l.area_id, l.partnership_id, l.is_public, l.name, l.org_name, l.kind, l.program_ids,
            l.center_ids, l.groups, l.languages, l.modes, l.accommodations, l.is_free, l.head, l.search)
            IS DISTINCT FROM (excluded.area_id, excluded.partnership_id, excluded.is_public, excluded.name,
            excluded.org_name, excluded.kind, excluded.program_ids, excluded.center_ids, excluded.groups,
            excluded.languages, excluded.modes, excluded.accommodations, excluded.is_free, excluded.head, excluded.search)
    ), said AS MATERIALIZED (
        SELECT DISTINCT w.lexeme AS word FROM wanted d, unnest(to_tsvector('onestop_words', d.said)) AS w WHERE d.is_public
    ), fresh AS MATERIALIZED (
        SELECT word, directory_stem(word) AS lexeme FROM said
        WHERE word ~ '^[[:alpha:]]{2,60}$' AND NOT EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = said.word)
    )
    -- Words that nobody has used before can be found at once; how common they are is counted at night. Words of public
    -- services only: the directory offers them. In one order, so that two who bring the same new words do not wait for
    -- each other for ever.
    INSERT INTO partners_searchword (word, lexeme, ndoc) SELECT word, lexeme, 1 FROM fresh
        WHERE lexeme IS NOT NULL ORDER BY word
        ON CONFLICT DO NOTHING;
END $$;

-- By which words of the listings each word of a question is found (null area: anywhere): a trade by who works in it, a
-- Spanish word by others of its Spanish stem, the last word, which may be incomplete, by those that it begins ("others").
-- "query" finds listings with the word or one of the others. "is_unknown": no listing and no term of the area's glossary
-- has it.
CREATE FUNCTION directory_forms(words text[], is_spanish boolean, is_open boolean, in_area bigint)
RETURNS TABLE (word text, others text[], query text, is_unknown boolean) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    w text; one tsquery; i integer := 0; known boolean; beginning boolean; lex text;
BEGIN
    FOREACH w IN ARRAY words LOOP
        i := i + 1;
        word := w;
        one := plainto_tsquery('onestop', w);
        others := directory_trade_words(w);
        is_unknown := false;
        known := EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = w);
        IF length(w) > 4 AND (is_spanish OR NOT known) THEN
            others := others || ARRAY(SELECT k.word FROM partners_searchword k
                WHERE directory_spanish_stem(k.word) = directory_spanish_stem(w) AND k.word <> w
                ORDER BY k.ndoc DESC, k.word LIMIT 8);
        END IF;
        -- The last word while it is typed: each known word that begins so; a long one also as the beginning of another.
        beginning := is_open AND i = cardinality(words) AND w ~ '^[[:alpha:]]+$' AND numnode(one) = 1;
        IF beginning AND NOT known THEN
            others := others || ARRAY(SELECT k.word FROM (SELECT DISTINCT ON (k.lexeme) k.word, k.ndoc FROM (
                SELECT x.word, x.lexeme, x.ndoc FROM partners_searchword x WHERE x.word LIKE w || '%'
                ORDER BY x.ndoc DESC, x.word LIMIT 12) AS k ORDER BY k.lexeme, k.ndoc DESC) AS k ORDER BY k.ndoc DESC, k.word);
        ELSIF beginning AND length(w) >= 5 THEN
            one := (quote_literal(directory_stem(w)) || ':*')::tsquery;
        END IF;
        IF NOT known AND length(w) >= 4 AND w ~ '^[[:alpha:]]+$' AND numnode(one) > 0 AND others = '{}' THEN
            is_unknown := NOT EXISTS (SELECT 1 FROM partners_searchword k WHERE k.lexeme = directory_stem(w))
                AND NOT EXISTS (SELECT 1 FROM partners_synonym y
                    WHERE y.area_id = in_area AND y.wording_query @> plainto_tsquery('onestop', w));
        END IF;
        FOREACH lex IN ARRAY others LOOP
            one := one || plainto_tsquery('onestop', lex);
        END LOOP;
        query := CASE WHEN numnode(one) > 0 THEN one::text END;
        RETURN NEXT;
    END LOOP;
END $$;

-- The wordings of an area's glossary that consist of some of these words, with the others of their terms, and how to find
-- listings with one of these.
CREATE FUNCTION directory_terms(words text[], in_area bigint)
RETURNS TABLE (wording text, others text[], query text) LANGUAGE sql STABLE AS $$
    SELECT y.wording, y.also::text[], directory_any_of(y.also::text[])::text FROM partners_synonym y
    WHERE y.area_id = in_area AND numnode(y.wording_query) > 0
        AND plainto_tsquery('onestop', array_to_string(words, ' ')) @> y.wording_query
    ORDER BY y.wording
$$;
