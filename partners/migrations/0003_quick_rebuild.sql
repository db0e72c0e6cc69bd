-- Listings that are missing, as in an empty or restored database, are made once and written as they are; making their
-- vectors is what takes time. Only those that differ are looked at again, one by one, as a write to their service would.
CREATE OR REPLACE FUNCTION directory_rebuild() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    missing integer;
    ids bigint[];
BEGIN
    DROP TABLE IF EXISTS pg_temp.wanted;
    CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS SELECT * FROM partners_listed;
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
        INSERT INTO partners_searchword (word, lexeme, ndoc)
        SELECT said.word, directory_stem(said.word), 1
        FROM (SELECT DISTINCT w.lexeme AS word FROM wanted d, unnest(to_tsvector('onestop_words', d.said)) AS w
              WHERE d.is_public) AS said
        WHERE said.word ~ '^[[:alpha:]]{2,60}$' AND directory_stem(said.word) IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = said.word)
        ORDER BY said.word
        ON CONFLICT DO NOTHING;
        -- What was archived meanwhile.
        ids := ids || ARRAY(
            SELECT d.service_id FROM wanted d
            WHERE NOT EXISTS (SELECT 1 FROM partners_current_service f WHERE f.service_id = d.service_id));
    END IF;
    PERFORM directory_refresh(ids);
    DROP TABLE wanted;
    RETURN missing + cardinality(ids);
END $$;
