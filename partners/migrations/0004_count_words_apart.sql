-- The listings and the words are made apart again, so that two connections can do it at the same time: to make the
-- vectors of 150,000 services takes half a minute each. What is looked at again holds no text: rows of more than two
-- kilobytes would be compressed and taken apart.
DROP FUNCTION directory_rebuild();
CREATE FUNCTION directory_rebuild() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    missing integer;
    ids bigint[];
BEGIN
    DROP TABLE IF EXISTS pg_temp.wanted;
    CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
        SELECT service_id, area_id, partnership_id, is_public, name, org_name, kind, program_ids,
            center_ids, groups, languages, modes, accommodations, is_free, head, search
        FROM partners_listed;
    ids := ARRAY(
        SELECT l.service_id FROM partners_listing l LEFT JOIN wanted d ON l.service_id = d.service_id
        WHERE (l.service_id, l.area_id, l.partnership_id, l.is_public, l.name, l.org_name, l.kind, l.program_ids,
            l.center_ids, l.groups, l.languages, l.modes, l.accommodations, l.is_free, l.head, l.search)
            IS DISTINCT FROM (d.service_id, d.area_id, d.partnership_id, d.is_public, d.name, d.org_name, d.kind, d.program_ids,
            d.center_ids, d.groups, d.languages, d.modes, d.accommodations, d.is_free, d.head, d.search));
    DELETE FROM wanted d USING partners_listing l WHERE l.service_id = d.service_id;
    -- Whoever has written a service meanwhile has written its listing too, which stays.
    INSERT INTO partners_listing (service_id, area_id, partnership_id, is_public, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search)
    SELECT service_id, area_id, partnership_id, is_public, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search
    FROM wanted ORDER BY service_id ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS missing = ROW_COUNT;
    IF missing > 0 THEN
        -- What was archived meanwhile.
        ids := ids || ARRAY(
            SELECT d.service_id FROM wanted d
            WHERE NOT EXISTS (SELECT 1 FROM partners_current_service f WHERE f.service_id = d.service_id));
    END IF;
    PERFORM directory_refresh(ids);
    DROP TABLE wanted;
    RETURN missing + cardinality(ids);
END $$;

-- Count in how many public listings each word stands; words that stand in none are forgotten.
CREATE FUNCTION directory_count_words() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.counted;
    CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
        SELECT word, directory_stem(word) AS lexeme, ndoc
        FROM ts_stat($q$SELECT to_tsvector('onestop_words', said) FROM partners_listed WHERE is_public$q$)
        WHERE word ~ '^[[:alpha:]]{2,60}$' AND directory_stem(word) IS NOT NULL;
    DELETE FROM partners_searchword k WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.word = k.word);
    INSERT INTO partners_searchword AS k (word, lexeme, ndoc) SELECT word, lexeme, ndoc FROM counted ORDER BY word
        ON CONFLICT (word) DO UPDATE SET ndoc = excluded.ndoc, lexeme = excluded.lexeme
        WHERE (k.ndoc, k.lexeme) IS DISTINCT FROM (excluded.ndoc, excluded.lexeme);
    DROP TABLE counted;
END $$;
