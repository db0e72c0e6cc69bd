-- Each service is read by its id, with an index for each table, whatever the planner believes: in the middle of an import
-- its statistics say nothing of the rows that are new. It read all services of the area for each thousand, or all
-- partnerships for each service, and 20,000 services took minutes. The text of a service is made once, for its listing and
-- for the words; and only words that are new are stemmed.
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
            center_ids, groups, languages, modes, accommodations, is_free, head, search)
            = (excluded.area_id, excluded.partnership_id, excluded.is_public, excluded.name, excluded.org_name, excluded.kind,
            excluded.program_ids, excluded.center_ids, excluded.groups, excluded.languages, excluded.modes,
            excluded.accommodations, excluded.is_free, excluded.head, excluded.search)
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

-- In one order, whichever way the planner joins: else the rebuild at night would write what it finds in another order.
CREATE OR REPLACE FUNCTION directory_language_words(languages text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(concat_ws(' ', one, words), ' ; ' ORDER BY one) FROM unnest(languages) AS one LEFT JOIN (VALUES
        ('amharic', 'አማርኛ'), ('arabic', 'العربية'), ('asl', 'American Sign Language ; deaf'),
        ('american sign language', 'ASL ; deaf'), ('cantonese', 'Chinese 廣東話 中文'), ('chinese', '中文'),
        ('dari', 'دری'), ('farsi', 'فارسی'), ('french', 'français'), ('haitian creole', 'kreyòl ayisyen'),
        ('hmong', 'Hmoob'), ('karen', 'ကညီ'), ('khmer', 'ខ្មែរ'), ('korean', '한국어'), ('mandarin', 'Chinese 普通话 中文'),
        ('nepali', 'नेपाली'), ('polish', 'polski'), ('portuguese', 'português'), ('russian', 'русский'),
        ('somali', 'Soomaali'), ('spanish', 'español'), ('swahili', 'Kiswahili'), ('tagalog', 'Filipino'),
        ('ukrainian', 'українська'), ('vietnamese', 'tiếng Việt')
    ) AS known (language, words) ON language = lower(one) WHERE lower(one) <> 'english'
$$;
