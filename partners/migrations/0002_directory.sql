-- The search of the public directory. Reads top down: words, what a listing holds, how it is kept true, what is typed.
-- Percent signs are plain here: nothing is formatted into this file.

-- ---------------------------------------------------------------- Words
-- Accents go inside the configuration, so that to_tsvector('onestop', ...) stays immutable.
CREATE TEXT SEARCH CONFIGURATION onestop (COPY = english);
ALTER TEXT SEARCH CONFIGURATION onestop
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
-- The same words unstemmed: what the list of words is filled with.
CREATE TEXT SEARCH CONFIGURATION onestop_words (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION onestop_words
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart, hword, hword_part, word WITH unaccent, simple;

CREATE FUNCTION directory_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (tsvector_to_array(to_tsvector('onestop', word)))[1]
$$;

-- "re-entry" is typed with a hyphen, a space or neither; a hyphen counts as a space.
CREATE FUNCTION directory_plain(typed text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(left(typed, 200), '(\w)[-/](\w)', '\1 \2', 'g'), '(\w)[-/](\w)', '\1 \2', 'g')
$$;

ALTER TABLE partners_synonym
    ADD COLUMN wording_query tsquery NOT NULL
        GENERATED ALWAYS AS (plainto_tsquery('onestop', directory_plain(wording))) STORED;

-- ---------------------------------------------------------------- What a listing holds
-- Free only if the first words say so without a condition: "Free; the book is yours to keep", not "Free with Medicaid"
-- and not "Free or by income". What costs nothing but does not say so is not called free.
CREATE FUNCTION directory_is_free(cost text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT split_part(said, '|', 1) ~ '^(it is |always |all )?(free|no (cost|costs|charge|charges|fee|fees)|without (cost|charge)|at no (cost|charge)|none|nothing|\$?0(\.00)?)\M'
       AND split_part(said, '|', 1) !~ '\m(if|with|when|unless|except|or|but|otherwise|low|reduced|first|trial|members|some|most|may|to \$|sliding)\M'
       AND said !~ '\m(unless|except|otherwise)\M'
    FROM (SELECT regexp_replace(lower(trim(cost)), '[;.,:(]', '|') AS said) AS one
$$;

-- Languages are typed: "spanish" and "SPANISH" are Spanish, "ASL" stays.
CREATE FUNCTION directory_languages(typed text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT CASE
        WHEN one = lower(one) OR (one = upper(one) AND length(one) > 4) THEN initcap(one) ELSE one END), '{}')
    FROM (SELECT regexp_replace(trim(l), '\s+', ' ', 'g') AS one FROM unnest(typed) AS l) AS each WHERE one <> ''
$$;

-- By which words people look for what is made for them.
CREATE FUNCTION directory_group_words(groups text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(words, ' ') FROM (VALUES
        ('everyone', 'everyone anybody'),
        ('adults', 'adults'),
        ('youth', 'youth young people teens students'),
        ('disability', 'people with a disability disabled'),
        ('veterans', 'veterans military families'),
        ('older', 'seniors older people workers of 55 and over'),
        ('laid_off', 'laid off layoff lost job dislocated workers unemployed'),
        ('returning', 'coming home from prison or jail reentry returning citizens record'),
        ('low_income', 'families with low income'),
        ('english', 'people who learn English newcomers immigrants refugees'),
        ('farmworkers', 'farmworkers migrant seasonal'),
        ('native', 'American Indians Alaska Natives tribal Native American'),
        ('employers', 'employers business')
    ) AS known (code, words) WHERE code = ANY (groups)
$$;

-- Which services everybody may find: said here and in ServiceQuerySet.in_directory, and nowhere else.
CREATE VIEW partners_public_service AS
SELECT s.id AS service_id, p.area_id, p.organization_id
FROM partners_service s
JOIN partners_partnership p ON p.id = s.partnership_id
JOIN partners_localarea a ON a.id = p.area_id
WHERE s.is_public AND s.archived_at IS NULL AND p.archived_at IS NULL AND p.status = 'active' AND a.archived_at IS NULL;

CREATE VIEW partners_listed AS
SELECT s.id AS service_id, f.area_id, s.partnership_id, s.name,
    left(concat_ws(' ', o.name, nullif(o.short_name, '')), 300) AS org_name,
    s.kind, programs.ids AS program_ids, centers.ids AS center_ids, s.groups::text[] AS groups,
    directory_languages(s.languages::text[]) AS languages, s.modes::text[] AS modes,
    s.accommodations::text[] AS accommodations, directory_is_free(s.cost) AS is_free,
    first.head,
    first.head
        || setweight(to_tsvector('onestop', concat_ws(' ; ', s.audience, programs.names,
            directory_group_words(s.groups::text[]), array_to_string(s.languages, ' '))), 'C')
        || setweight(to_tsvector('onestop',
            concat_ws(' ; ', s.description, s.eligibility, centers.names, locations.names)), 'D') AS search,
    concat_ws(' ; ', s.name, o.name, o.short_name, array_to_string(s.keywords, ' ; '), s.audience, programs.names,
        directory_group_words(s.groups::text[]), array_to_string(s.languages, ' ; '), s.description, s.eligibility,
        centers.names, locations.names) AS said
FROM partners_public_service f
JOIN partners_service s ON s.id = f.service_id
JOIN partners_organization o ON o.id = f.organization_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(pr.id ORDER BY pr.id), '{}') AS ids,
        string_agg(pr.name || ' ' || pr.short_name, ' ; ' ORDER BY pr.id) AS names
    FROM partners_serviceprogram l JOIN partners_program pr ON pr.id = l.program_id WHERE l.service_id = s.id
) AS programs
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(c.id ORDER BY c.id), '{}') AS ids,
        string_agg(c.name || ' ' || c.city, ' ; ' ORDER BY c.id) AS names
    FROM partners_servicecenter l JOIN partners_center c ON c.id = l.center_id
    WHERE l.service_id = s.id AND c.archived_at IS NULL
) AS centers
CROSS JOIN LATERAL (
    SELECT string_agg(c.name || ' ' || c.city, ' ; ' ORDER BY c.id) AS names
    FROM partners_servicelocation l JOIN partners_location c ON c.id = l.location_id
    WHERE l.service_id = s.id AND c.archived_at IS NULL
) AS locations
CROSS JOIN LATERAL (
    SELECT setweight(to_tsvector('onestop', s.name), 'A')
        || setweight(to_tsvector('onestop', concat_ws(' ; ', o.name, o.short_name, array_to_string(s.keywords, ' ; '))), 'B')
        AS head
    OFFSET 0 -- once, not once for each use
) AS first;

-- ---------------------------------------------------------------- How it is kept current
-- The triggers that call these are declared beside the models (partners.models.directory_triggers).
-- Bring the listings of these services up to what partners_listed says. Listings that need no change are not written.
CREATE FUNCTION directory_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN RETURN; END IF;
    -- Lock, and only then look: of two who write about one service, the second must see what the first has written.
    PERFORM 1 FROM partners_listing WHERE service_id = ANY (ids) ORDER BY service_id FOR UPDATE;
    DELETE FROM partners_listing l WHERE l.service_id = ANY (ids)
        AND NOT EXISTS (SELECT 1 FROM partners_public_service f WHERE f.service_id = l.service_id);
    INSERT INTO partners_listing AS l (service_id, area_id, partnership_id, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search)
    SELECT service_id, area_id, partnership_id, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search
    FROM partners_listed WHERE service_id = ANY (ids) ORDER BY service_id
    ON CONFLICT (service_id) DO UPDATE SET (area_id, partnership_id, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search)
        = (excluded.area_id, excluded.partnership_id, excluded.name, excluded.org_name, excluded.kind,
        excluded.program_ids, excluded.center_ids, excluded.groups, excluded.languages, excluded.modes,
        excluded.accommodations, excluded.is_free, excluded.head, excluded.search)
    WHERE (l.area_id, l.partnership_id, l.name, l.org_name, l.kind, l.program_ids,
        l.center_ids, l.groups, l.languages, l.modes, l.accommodations, l.is_free, l.head, l.search)
        IS DISTINCT FROM (excluded.area_id, excluded.partnership_id, excluded.name, excluded.org_name, excluded.kind,
        excluded.program_ids, excluded.center_ids, excluded.groups, excluded.languages, excluded.modes,
        excluded.accommodations, excluded.is_free, excluded.head, excluded.search);
    -- Words that nobody has used before can be found at once; how common they are is counted at night. In one order,
    -- so that two who bring the same new words do not wait for each other for ever.
    INSERT INTO partners_searchword (word, lexeme, ndoc)
    SELECT said.word, directory_stem(said.word), 1
    FROM (SELECT DISTINCT w.lexeme AS word FROM partners_listed d, unnest(to_tsvector('onestop_words', d.said)) AS w
          WHERE d.service_id = ANY (ids)) AS said
    WHERE said.word ~ '^[[:alpha:]]{2,60}$' AND directory_stem(said.word) IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = said.word)
    ORDER BY said.word
    ON CONFLICT DO NOTHING;
END $$;

-- The same for services whose own rows or links were written. An import says "later" and calls this once at its end.
CREATE FUNCTION directory_touch(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 OR current_setting('onestop.listings', true) = 'later' THEN RETURN; END IF;
    -- Lock the services, so that what two write into their links adds up; and their partners, so that none is put away
    -- while something new of it comes into the directory. In the order in which partners.upkeep.services locks them.
    PERFORM 1 FROM partners_service WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM partners_partnership
        WHERE id IN (SELECT partnership_id FROM partners_service WHERE id = ANY (ids)) ORDER BY id FOR SHARE;
    PERFORM directory_refresh(ids);
END $$;

-- Put right what differs from how it should be; return how many listings did.
CREATE FUNCTION directory_rebuild() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
    ids := ARRAY(
        SELECT coalesce(d.service_id, l.service_id) FROM partners_listed d
        FULL JOIN partners_listing l ON l.service_id = d.service_id
        WHERE (l.service_id, l.area_id, l.partnership_id, l.name, l.org_name, l.kind, l.program_ids,
            l.center_ids, l.groups, l.languages, l.modes, l.accommodations, l.is_free, l.head, l.search)
            IS DISTINCT FROM (d.service_id, d.area_id, d.partnership_id, d.name, d.org_name, d.kind, d.program_ids,
            d.center_ids, d.groups, d.languages, d.modes, d.accommodations, d.is_free, d.head, d.search));
    PERFORM directory_refresh(ids);
    RETURN cardinality(ids);
END $$;

-- Count anew in how many listings each word stands; words that stand in none are forgotten. Return how many stay.
CREATE FUNCTION directory_count_words() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.counted;
    CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
        SELECT word, directory_stem(word) AS lexeme, ndoc
        FROM ts_stat($q$SELECT to_tsvector('onestop_words', said) FROM partners_listed$q$)
        WHERE word ~ '^[[:alpha:]]{2,60}$' AND directory_stem(word) IS NOT NULL;
    DELETE FROM partners_searchword k WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.word = k.word);
    INSERT INTO partners_searchword AS k (word, lexeme, ndoc) SELECT word, lexeme, ndoc FROM counted ORDER BY word
        ON CONFLICT (word) DO UPDATE SET ndoc = excluded.ndoc, lexeme = excluded.lexeme
        WHERE (k.ndoc, k.lexeme) IS DISTINCT FROM (excluded.ndoc, excluded.lexeme);
    RETURN (SELECT count(*) FROM counted);
END $$;

-- ---------------------------------------------------------------- What is typed
-- Return the query that the typed words mean in an area (null: anywhere): words that no listing knows become the
-- nearest word that one does (corrected says what is searched for instead), the last word may be half typed, and other
-- wordings of the same thing count too (also says which); "plain" is without those. Exactly: none of that. "loose" asks
-- for any of the words.
CREATE FUNCTION directory_understand(
    typed text, in_area bigint, exactly boolean,
    OUT query tsquery, OUT plain tsquery, OUT loose tsquery, OUT corrected text, OUT also text[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    said text := lower(unaccent(directory_plain(typed)));
    words text[]; w text; lex tsquery; alt tsquery; near text; known integer; begun boolean; s record; i integer := 0;
BEGIN
    also := '{}';
    words := regexp_split_to_array(trim(regexp_replace(said, '[^[:alnum:]]+', ' ', 'g')), ' ');
    words := words[1:12];
    IF NOT exactly THEN
        FOREACH w IN ARRAY words LOOP
            i := i + 1;
            CONTINUE WHEN length(w) < 4 OR w !~ '^[[:alpha:]]+$' OR numnode(plainto_tsquery('onestop', w)) = 0;
            CONTINUE WHEN EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = w OR k.lexeme = directory_stem(w));
            -- The last word may be the beginning of one.
            CONTINUE WHEN i = cardinality(words) AND said ~ (w || '$')
                AND EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word LIKE w || '%');
            -- A wording that means something is right, were it in no listing.
            CONTINUE WHEN EXISTS (SELECT 1 FROM partners_synonym y WHERE (y.area_id IS NULL OR y.area_id = in_area)
                AND y.wording_query @> plainto_tsquery('onestop', w));
            SELECT k.word INTO near FROM partners_searchword k
                WHERE k.word % w AND levenshtein_less_equal(k.word, w, 2) <= CASE WHEN length(w) < 6 THEN 1 ELSE 2 END
                ORDER BY similarity(k.word, w) + ln(k.ndoc + 1) / 20 DESC, k.word LIMIT 1;
            CONTINUE WHEN near IS NULL;
            said := regexp_replace(said, '\m' || w || '\M', near, 'g');
            corrected := said;
        END LOOP;
        words := regexp_split_to_array(trim(regexp_replace(said, '[^[:alnum:]]+', ' ', 'g')), ' ');
        words := words[1:12];
    END IF;
    query := websearch_to_tsquery('onestop', said);
    IF numnode(query) = 0 THEN query := NULL; RETURN; END IF;
    plain := query;
    IF exactly THEN RETURN; END IF;
    -- Other wordings, the longest first: "food stamps" before "food".
    FOR s IN SELECT y.wording, y.also, y.wording_query FROM partners_synonym y
        WHERE (y.area_id IS NULL OR y.area_id = in_area)
            AND numnode(y.wording_query) > 0 AND query @> y.wording_query
        ORDER BY numnode(y.wording_query) DESC, y.wording
    LOOP
        alt := s.wording_query;
        FOREACH w IN ARRAY s.also LOOP
            lex := phraseto_tsquery('onestop', directory_plain(w));
            IF numnode(lex) > 0 THEN alt := alt || lex; END IF;
        END LOOP;
        CONTINUE WHEN ts_rewrite(query, s.wording_query, alt) = query; -- a part of a phrase in quotation marks
        query := ts_rewrite(query, s.wording_query, alt);
        also := also || ARRAY(SELECT a FROM unnest(s.also) a WHERE a <> ALL (also) AND lower(a) <> ALL (words) AND lower(a) <> said);
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

-- Known words nearest to those typed, for whoever finds nothing.
CREATE FUNCTION directory_near_words(typed text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT near.word FROM unnest((regexp_split_to_array(
        trim(regexp_replace(lower(unaccent(directory_plain(typed))), '[^[:alnum:]]+', ' ', 'g')), ' '))[1:12]) AS w
    CROSS JOIN LATERAL (
        SELECT k.word FROM partners_searchword k WHERE k.word % w AND k.word <> w AND k.lexeme <> coalesce(directory_stem(w), '')
        ORDER BY similarity(k.word, w) + ln(k.ndoc + 1) / 20 DESC, k.word LIMIT 2
    ) AS near WHERE length(w) > 3
$$;

-- ======== Backward
DROP FUNCTION directory_near_words, directory_understand, directory_count_words, directory_rebuild, directory_touch,
    directory_refresh;
DROP VIEW partners_listed, partners_public_service;
DROP FUNCTION directory_group_words, directory_languages, directory_is_free;
ALTER TABLE partners_synonym DROP COLUMN wording_query;
DROP FUNCTION directory_plain, directory_stem;
DROP TEXT SEARCH CONFIGURATION onestop_words;
DROP TEXT SEARCH CONFIGURATION onestop;
