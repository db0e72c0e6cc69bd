-- Listings hold the Spanish texts of services beside the English ones: the name among names, and the rest where its
-- English part stands. The reasons for which a service was found name the Spanish text, too.
CREATE OR REPLACE VIEW partners_service_text AS
SELECT s.id AS service_id, f.area_id, f.is_public, s.name, o.name AS org_name, o.short_name AS org_short_name,
    array_to_string(s.keywords, ' ; ') AS keywords, s.audience, s.description, s.eligibility,
    programs.ids AS program_ids, programs.names AS programs, centers.ids AS center_ids,
    concat_ws(' ; ', centers.names, locations.names) AS places,
    concat_ws(' ; ', centers.accessibility, locations.accessibility) AS accessibility,
    directory_group_words(s.groups::text[]) AS groups,
    directory_language_words(s.languages::text[]) AS languages,
    directory_accommodation_words(s.accommodations::text[]) AS accommodations,
    texts.name AS other_name, texts.audience AS other_audience, texts.description AS other_description
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
) AS locations
CROSS JOIN LATERAL (
    SELECT string_agg(x.name, ' ; ' ORDER BY x.id) AS name, string_agg(x.audience, ' ; ' ORDER BY x.id) AS audience,
        string_agg(concat_ws(' ; ', x.description, x.eligibility), ' ; ' ORDER BY x.id) AS description
    FROM partners_servicetext x WHERE x.service_id = s.id
) AS texts;

CREATE OR REPLACE VIEW partners_listed AS
SELECT s.id AS service_id, t.area_id, s.partnership_id, t.is_public, s.name,
    left(concat_ws(' ', t.org_name, nullif(t.org_short_name, '')), 300) AS org_name,
    s.kind, t.program_ids, t.center_ids, s.groups::text[] AS groups,
    directory_languages(s.languages::text[]) AS languages, s.modes::text[] AS modes,
    s.accommodations::text[] AS accommodations, directory_is_free(s.cost) AS is_free,
    first.head,
    first.head
        || setweight(to_tsvector('onestop', concat_ws(' ; ', t.audience, t.other_audience, t.programs, t.description,
            t.other_description)), 'C')
        || setweight(to_tsvector('onestop', concat_ws(' ; ', t.groups, t.languages, t.eligibility, t.places,
            t.accommodations, t.accessibility)), 'D') AS search,
    concat_ws(' ; ', t.name, t.org_name, t.org_short_name, t.keywords, t.audience, t.programs, t.groups, t.languages,
        t.description, t.eligibility, t.places, t.accommodations, t.accessibility, t.other_name, t.other_audience,
        t.other_description) AS said
FROM partners_service_text t
JOIN partners_service s ON s.id = t.service_id
CROSS JOIN LATERAL (
    SELECT setweight(to_tsvector('onestop', concat_ws(' ; ', t.name, t.other_name)), 'A')
        || setweight(to_tsvector('onestop', t.keywords), 'B')
        || setweight(to_tsvector('onestop', concat_ws(' ; ', t.org_name, t.org_short_name)), 'C') AS head
    OFFSET 0 -- once, not once for each use
) AS first;
