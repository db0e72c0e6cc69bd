-- The search of services, by the public and by staff. Reads top down: words, what a listing holds, how it is kept
-- current, what is typed.
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
        GENERATED ALWAYS AS (plainto_tsquery('onestop', directory_plain(wording))) STORED,
    ADD COLUMN wording_words text[] NOT NULL
        GENERATED ALWAYS AS (tsvector_to_array(to_tsvector('onestop_words', wording))) STORED;

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

-- By which words people look for what is available on request.
CREATE FUNCTION directory_accommodation_words(accommodations text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(words, ' ; ') FROM (VALUES
        ('asl', 'sign language interpreter ; American Sign Language ; ASL ; deaf or hard of hearing'),
        ('captioning', 'captioning and captions ; deaf or hard of hearing'),
        ('large_print', 'large print ; blind or low vision'),
        ('braille', 'braille ; blind'),
        ('screen_reader', 'works with a screen reader ; blind or low vision'),
        ('assistive_tech', 'assistive technology'),
        ('reader', 'help with reading and forms'),
        ('transport', 'help with transportation and rides'),
        ('childcare', 'child care ; childcare'),
        ('flexible', 'flexible times')
    ) AS known (code, words) WHERE code = ANY (accommodations)
$$;

-- By which words people look for a building that they can use. No everyday words: whoever looks for a computer class
-- does not mean each center that has a computer with a screen reader.
CREATE FUNCTION directory_accessibility_words(features text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(words, ' ; ') FROM (VALUES
        ('step_free', 'step-free ; wheelchair'), ('ramp', 'ramp ; wheelchair'), ('elevator', 'elevator ; wheelchair'),
        ('parking', 'accessible parking'), ('restroom', 'accessible restroom ; wheelchair'),
        ('doors', 'automatic doors'), ('loop', 'hearing loop ; hearing aid'), ('quiet_room', 'quiet room'),
        ('screen_reader', 'screen reader')
    ) AS known (code, words) WHERE code = ANY (features)
$$;

-- Languages as their speakers call them, and sign language as others do. Not English, which nearly all services speak:
-- whoever types it looks for a class.
CREATE FUNCTION directory_language_words(languages text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(concat_ws(' ', one, words), ' ; ') FROM unnest(languages) AS one LEFT JOIN (VALUES
        ('amharic', 'አማርኛ'), ('arabic', 'العربية'), ('asl', 'American Sign Language ; deaf'),
        ('american sign language', 'ASL ; deaf'), ('cantonese', 'Chinese 廣東話 中文'), ('chinese', '中文'),
        ('dari', 'دری'), ('farsi', 'فارسی'), ('french', 'français'), ('haitian creole', 'kreyòl ayisyen'),
        ('hmong', 'Hmoob'), ('karen', 'ကညီ'), ('khmer', 'ខ្មែរ'), ('korean', '한국어'), ('mandarin', 'Chinese 普通话 中文'),
        ('nepali', 'नेपाली'), ('polish', 'polski'), ('portuguese', 'português'), ('russian', 'русский'),
        ('somali', 'Soomaali'), ('spanish', 'español'), ('swahili', 'Kiswahili'), ('tagalog', 'Filipino'),
        ('ukrainian', 'українська'), ('vietnamese', 'tiếng Việt')
    ) AS known (language, words) ON language = lower(one) WHERE lower(one) <> 'english'
$$;

-- All current services, and which of them everybody may find: said here and in ServiceQuerySet.in_directory, and nowhere
-- else.
CREATE VIEW partners_current_service AS
SELECT s.id AS service_id, p.area_id, p.organization_id,
    s.is_public AND p.status = 'active' AND a.archived_at IS NULL AS is_public
FROM partners_service s
JOIN partners_partnership p ON p.id = s.partnership_id
JOIN partners_localarea a ON a.id = p.area_id
WHERE s.archived_at IS NULL AND p.archived_at IS NULL;

-- The texts by which a service is found; the last columns are made of other tables, or of codes.
CREATE VIEW partners_service_text AS
SELECT s.id AS service_id, f.area_id, f.is_public, s.name, o.name AS org_name, o.short_name AS org_short_name,
    array_to_string(s.keywords, ' ; ') AS keywords, s.audience, s.description, s.eligibility,
    programs.ids AS program_ids, programs.names AS programs, centers.ids AS center_ids,
    concat_ws(' ; ', centers.names, locations.names) AS places,
    concat_ws(' ; ', centers.accessibility, locations.accessibility) AS accessibility,
    directory_group_words(s.groups::text[]) AS groups,
    directory_language_words(s.languages::text[]) AS languages,
    directory_accommodation_words(s.accommodations::text[]) AS accommodations
FROM partners_current_service f
JOIN partners_service s ON s.id = f.service_id
JOIN partners_organization o ON o.id = f.organization_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(pr.id ORDER BY pr.id), '{}') AS ids,
        string_agg(pr.name || ' ' || pr.short_name, ' ; ' ORDER BY pr.id) AS names
    FROM partners_serviceprogram l JOIN partners_program pr ON pr.id = l.program_id WHERE l.service_id = s.id
) AS programs
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(c.id ORDER BY c.id), '{}') AS ids,
        string_agg(concat_ws(', ', c.name, nullif(c.city, '')), ' ; ' ORDER BY c.id) AS names,
        string_agg(directory_accessibility_words(c.accessibility::text[]), ' ; ' ORDER BY c.id) AS accessibility
    FROM partners_servicecenter l JOIN partners_center c ON c.id = l.center_id
    WHERE l.service_id = s.id AND c.archived_at IS NULL
) AS centers
CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(', ', c.name, nullif(c.city, '')), ' ; ' ORDER BY c.id) AS names,
        string_agg(directory_accessibility_words(c.accessibility::text[]), ' ; ' ORDER BY c.id) AS accessibility
    FROM partners_servicelocation l JOIN partners_location c ON c.id = l.location_id
    WHERE l.service_id = s.id AND c.archived_at IS NULL
) AS locations;

CREATE VIEW partners_listed AS
SELECT s.id AS service_id, t.area_id, s.partnership_id, t.is_public, s.name,
    left(concat_ws(' ', t.org_name, nullif(t.org_short_name, '')), 300) AS org_name,
    s.kind, t.program_ids, t.center_ids, s.groups::text[] AS groups,
    directory_languages(s.languages::text[]) AS languages, s.modes::text[] AS modes,
    s.accommodations::text[] AS accommodations, directory_is_free(s.cost) AS is_free,
    first.head,
    first.head
        || setweight(to_tsvector('onestop', concat_ws(' ; ', t.audience, t.programs, t.groups, t.languages)), 'C')
        || setweight(to_tsvector('onestop', concat_ws(' ; ', t.description, t.eligibility, t.places, t.accommodations,
            t.accessibility)), 'D') AS search,
    concat_ws(' ; ', t.name, t.org_name, t.org_short_name, t.keywords, t.audience, t.programs, t.groups, t.languages,
        t.description, t.eligibility, t.places, t.accommodations, t.accessibility) AS said
FROM partners_service_text t
JOIN partners_service s ON s.id = t.service_id
CROSS JOIN LATERAL (
    SELECT setweight(to_tsvector('onestop', t.name), 'A')
        || setweight(to_tsvector('onestop', concat_ws(' ; ', t.org_name, t.org_short_name, t.keywords)), 'B') AS head
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
        AND NOT EXISTS (SELECT 1 FROM partners_current_service f WHERE f.service_id = l.service_id);
    INSERT INTO partners_listing AS l (service_id, area_id, partnership_id, is_public, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search)
    SELECT service_id, area_id, partnership_id, is_public, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search
    FROM partners_listed WHERE service_id = ANY (ids) ORDER BY service_id
    ON CONFLICT (service_id) DO UPDATE SET (area_id, partnership_id, is_public, name, org_name, kind, program_ids,
        center_ids, groups, languages, modes, accommodations, is_free, head, search)
        = (excluded.area_id, excluded.partnership_id, excluded.is_public, excluded.name, excluded.org_name, excluded.kind,
        excluded.program_ids, excluded.center_ids, excluded.groups, excluded.languages, excluded.modes,
        excluded.accommodations, excluded.is_free, excluded.head, excluded.search)
    WHERE (l.area_id, l.partnership_id, l.is_public, l.name, l.org_name, l.kind, l.program_ids,
        l.center_ids, l.groups, l.languages, l.modes, l.accommodations, l.is_free, l.head, l.search)
        IS DISTINCT FROM (excluded.area_id, excluded.partnership_id, excluded.is_public, excluded.name,
        excluded.org_name, excluded.kind, excluded.program_ids, excluded.center_ids, excluded.groups,
        excluded.languages, excluded.modes, excluded.accommodations, excluded.is_free, excluded.head, excluded.search);
    -- Words that nobody has used before can be found at once; how common they are is counted at night. Words of public
    -- services only: the directory offers them. In one order, so that two who bring the same new words do not wait for
    -- each other for ever.
    INSERT INTO partners_searchword (word, lexeme, ndoc)
    SELECT said.word, directory_stem(said.word), 1
    FROM (SELECT DISTINCT w.lexeme AS word FROM partners_listed d, unnest(to_tsvector('onestop_words', d.said)) AS w
          WHERE d.service_id = ANY (ids) AND d.is_public) AS said
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
        WHERE (l.service_id, l.area_id, l.partnership_id, l.is_public, l.name, l.org_name, l.kind, l.program_ids,
            l.center_ids, l.groups, l.languages, l.modes, l.accommodations, l.is_free, l.head, l.search)
            IS DISTINCT FROM (d.service_id, d.area_id, d.partnership_id, d.is_public, d.name, d.org_name, d.kind, d.program_ids,
            d.center_ids, d.groups, d.languages, d.modes, d.accommodations, d.is_free, d.head, d.search));
    PERFORM directory_refresh(ids);
    RETURN cardinality(ids);
END $$;

-- Count anew in how many public listings each word stands; words that stand in none are forgotten. Return how many stay.
CREATE FUNCTION directory_count_words() RETURNS integer LANGUAGE plpgsql AS $$
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
    RETURN (SELECT count(*) FROM counted);
END $$;

-- ---------------------------------------------------------------- What is typed
-- In PL/pgSQL, which keeps its plans for a session: these run with each search, and planning takes longer than running.
-- What is typed without accents and capitals, and without the words around the matter: "I need", "ayuda para". They stay
-- if there is nothing else, and in quotation marks.
CREATE FUNCTION directory_said(typed text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    said text := lower(unaccent(directory_plain(typed)));
    bare text := regexp_replace(said, '\m(need|want|looking|find|get|del?|las?|el|los|una?|y|en|con|para|por|al|necesito|quiero|busco)\M\s*', '', 'g');
BEGIN
    RETURN CASE WHEN said ~ '"' OR bare !~ '[[:alnum:]]' THEN said ELSE trim(bare) END;
END $$;

CREATE FUNCTION directory_words(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (regexp_split_to_array(trim(regexp_replace(said, '[^[:alnum:]]+', ' ', 'g')), ' '))[1:12]
$$;

-- A trade by the name of who works in it: "welder" is welding, "carpenter" carpentry, "therapist" therapy.
CREATE FUNCTION directory_trade_words(word text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE root text := substring(word from '^(..+)(?:er|or|ist)s?$');
BEGIN
    IF root IS NULL OR EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = directory_trade_words.word) THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT k.word FROM partners_searchword k
        WHERE k.word = ANY (ARRAY[root || 'ing', root || 'y', root || 'ry']) ORDER BY k.word);
END $$;

-- Words that may be misspelled: those of no listing (by their stem, as the beginning of a word or as a trade) and of no
-- other wording.
CREATE FUNCTION directory_unknown_words(said text, in_area bigint) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    words text[] := directory_words(said);
    unknown text[] := '{}';
    w text; i integer := 0; lex tsquery;
BEGIN
    FOREACH w IN ARRAY words LOOP
        i := i + 1;
        CONTINUE WHEN length(w) < 4 OR w !~ '^[[:alpha:]]+$';
        CONTINUE WHEN EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word = w);
        lex := plainto_tsquery('onestop', w);
        CONTINUE WHEN numnode(lex) = 0;
        CONTINUE WHEN EXISTS (SELECT 1 FROM partners_searchword k WHERE k.lexeme = directory_stem(w));
        CONTINUE WHEN i = cardinality(words) AND said ~ (w || '$')
            AND EXISTS (SELECT 1 FROM partners_searchword k WHERE k.word LIKE w || '%');
        CONTINUE WHEN EXISTS (SELECT 1 FROM partners_synonym y
            WHERE (y.area_id IS NULL OR y.area_id = in_area) AND y.wording_query @> lex);
        CONTINUE WHEN directory_trade_words(w) <> '{}';
        unknown := unknown || w;
    END LOOP;
    RETURN unknown;
END $$;

-- One wrong letter is near; two are if they changed places, or in a long word with the same beginning.
CREATE FUNCTION directory_is_near(known text, typed text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE levenshtein_less_equal(known, typed, 2)
        WHEN 1 THEN length(typed) > 4
        WHEN 2 THEN (length(typed) > 7 AND left(known, 1) = left(typed, 1))
            OR (SELECT array_agg(l ORDER BY l) FROM regexp_split_to_table(known, '') AS l)
             = (SELECT array_agg(l ORDER BY l) FROM regexp_split_to_table(typed, '') AS l)
        ELSE false END;
END $$;

-- The word that a misspelled one most likely means: one of the listings, or else of other wordings.
CREATE FUNCTION directory_nearest_word(typed text, in_area bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE nearest text;
BEGIN
    SELECT known.word INTO nearest FROM (
        SELECT k.word, k.ndoc FROM partners_searchword k WHERE k.word % typed
        UNION ALL -- two letters that changed places leave few trigrams alike
        SELECT k.word, k.ndoc FROM partners_searchword k WHERE k.word = ANY (ARRAY(
            SELECT left(typed, at - 1) || substr(typed, at + 1, 1) || substr(typed, at, 1) || substr(typed, at + 2)
            FROM generate_series(1, length(typed) - 1) AS at))
    ) AS known WHERE directory_is_near(known.word, typed)
    ORDER BY similarity(known.word, typed) + ln(known.ndoc + 1) / 20 DESC, known.word LIMIT 1;
    IF nearest IS NULL THEN
        SELECT w INTO nearest FROM partners_synonym y, unnest(y.wording_words) AS w
        WHERE (y.area_id IS NULL OR y.area_id = in_area) AND levenshtein_less_equal(w, typed, 2) <= 2
            AND w ~ '^[[:alpha:]]+$' AND directory_is_near(w, typed)
        ORDER BY similarity(w, typed) DESC, w LIMIT 1;
    END IF;
    RETURN nearest;
END $$;

-- Return the query that the typed words mean in an area (null: anywhere). The last word may be half typed, and other
-- wordings of the same thing count too (also says which); "plain" is without those. "loose" asks for any of the words.
-- Exactly: none of that. "unknown" says which words may be misspelled. Called again with those that are, it replaces each
-- by the nearest known word, and "corrected" says what is searched for; but if services match the words as typed, that is
-- only "suggested".
CREATE FUNCTION directory_understand(
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
    FOREACH w IN ARRAY words LOOP
        CONTINUE WHEN w !~ '(er|or|ist)s?$';
        lex := plainto_tsquery('onestop', w);
        FOREACH near IN ARRAY directory_trade_words(w) LOOP
            query := ts_rewrite(query, lex, lex || plainto_tsquery('onestop', near));
            also := also || near;
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

-- Known words similar to the misspelled ones, for whoever finds nothing.
CREATE FUNCTION directory_near_words(misspelled text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT near.word FROM unnest(misspelled) AS w
    CROSS JOIN LATERAL (
        SELECT k.word FROM partners_searchword k
        WHERE k.word % w AND length(k.word) > 3 AND (levenshtein_less_equal(k.word, w, 2) <= 2
            OR starts_with(w, k.word) OR starts_with(k.word, left(w, greatest(4, length(w) - 3))))
        ORDER BY similarity(k.word, w) + ln(k.ndoc + 1) / 20 DESC, k.word LIMIT 2
    ) AS near
$$;

-- Where the words stand in services that do not have all of them in their name: the first such part with all or some of
-- them, and a piece of its text with the words marked; for an accessible building, the places.
CREATE FUNCTION directory_reasons(ids bigint[], query tsquery, loose tsquery, marks text)
RETURNS TABLE (service_id bigint, part text, said text) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (t.service_id) t.service_id, parts.part,
        CASE WHEN parts.part = 'accessibility' THEN t.places
            WHEN length(parts.said) <= 90
            THEN ts_headline('onestop', translate(parts.said, E'\x02\x03', ''), loose, marks || ',HighlightAll=true')
            ELSE '… ' || ts_headline('onestop', translate(parts.said, E'\x02\x03', ''), loose,
                marks || ',MaxFragments=1,MaxWords=14,MinWords=6,ShortWord=0') || ' …' END
    FROM partners_service_text t
    CROSS JOIN LATERAL (VALUES
        (1, 'organization', concat_ws(' ', t.org_name, t.org_short_name)), (2, 'keywords', t.keywords),
        (3, 'programs', t.programs), (4, 'languages', t.languages), (5, 'accommodations', t.accommodations),
        (6, 'groups', t.groups), (7, 'audience', t.audience), (8, 'accessibility', t.accessibility),
        (9, 'places', t.places), (10, 'description', t.description), (11, 'eligibility', t.eligibility)
    ) AS parts (position, part, said)
    WHERE t.service_id = ANY (ids) AND NOT to_tsvector('onestop', t.name) @@ query
        AND to_tsvector('onestop', parts.said) @@ loose
    ORDER BY t.service_id, to_tsvector('onestop', parts.said) @@ query DESC, parts.position
$$;

-- ======== Backward
DROP FUNCTION directory_reasons, directory_near_words, directory_understand, directory_nearest_word, directory_is_near,
    directory_unknown_words, directory_trade_words, directory_words, directory_said, directory_count_words,
    directory_rebuild, directory_touch, directory_refresh;
DROP VIEW partners_listed, partners_service_text, partners_current_service;
DROP FUNCTION directory_language_words, directory_accessibility_words, directory_accommodation_words,
    directory_group_words, directory_languages, directory_is_free;
ALTER TABLE partners_synonym DROP COLUMN wording_words, DROP COLUMN wording_query;
DROP FUNCTION directory_plain, directory_stem;
DROP TEXT SEARCH CONFIGURATION onestop_words;
DROP TEXT SEARCH CONFIGURATION onestop;
