-- +goose Up
-- Who wrote an announcement and who added a domain is known by id, not by a name
-- that others can have, too: so it is exported, masked and erased. Of those from
-- before it is known where one person alone has the name, of those who are there
-- and those who were deleted.
ALTER TABLE announcements ADD COLUMN author_id {{text}} NOT NULL DEFAULT '';
ALTER TABLE domains RENAME COLUMN created_by TO created_name;
ALTER TABLE domains ADD COLUMN created_by {{text}} NOT NULL DEFAULT '';

CREATE TABLE named_once (
  tenant_id {{text}} NOT NULL,
  full_name {{text}} NOT NULL,
  id        {{text}} NOT NULL,
  PRIMARY KEY (tenant_id, full_name)
);
INSERT INTO named_once (tenant_id, full_name, id)
SELECT p.tenant_id, p.full_name, MIN(p.id)
FROM (
  SELECT tenant_id, id, TRIM(first_name || ' ' || last_name) AS full_name FROM users
  UNION ALL
  SELECT tenant_id, id, full_name FROM user_tombstones
) p
WHERE EXISTS (SELECT 1 FROM announcements a WHERE a.tenant_id = p.tenant_id AND a.author = p.full_name)
   OR EXISTS (SELECT 1 FROM domains d WHERE d.tenant_id = p.tenant_id AND d.created_name = p.full_name)
GROUP BY p.tenant_id, p.full_name
HAVING COUNT(*) = 1;
UPDATE announcements SET author_id = COALESCE((SELECT n.id FROM named_once n
  WHERE n.tenant_id = announcements.tenant_id AND n.full_name = announcements.author), '');
UPDATE domains SET created_by = COALESCE((SELECT n.id FROM named_once n
  WHERE n.tenant_id = domains.tenant_id AND n.full_name = domains.created_name), '');
DROP TABLE named_once;

-- The latest ones of an organization and of those above it are found by the index alone.
DROP INDEX announcements_org;
CREATE INDEX announcements_latest ON announcements (tenant_id, org_id, published_at, id);

-- Pictures that perhaps nobody has: those that were taken away, and those that
-- are being uploaded. A job removes the files of the ones that nobody has.
CREATE TABLE loose_pictures (
  tenant_id  {{text}} NOT NULL REFERENCES tenants (id),
  photo_key  {{text}} NOT NULL, -- both renditions, as users have it
  due_at     BIGINT NOT NULL,   -- when the files may be removed
  held_until BIGINT NOT NULL,   -- until when an upload may come to its end
  PRIMARY KEY (tenant_id, photo_key)
){{rowless}};
CREATE INDEX loose_pictures_due ON loose_pictures (due_at);
