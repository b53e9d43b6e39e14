-- +goose Up
-- Editing somebody wrote into their row that they had joined at that moment; the
-- table of memberships has when it was.
UPDATE users SET member_of = (
  SELECT string_agg(
    m.org_id || '|' || m.includes_descendants || '|' || m.created_at || '|' || m.permissions || '|' || m.roles || '|' ||
      REPLACE(REPLACE(REPLACE(m.alias, '%', '%25'), '|', '%7C'), ',', '%2C'),
    ',' ORDER BY m.org_id)
  FROM memberships m WHERE m.tenant_id = users.tenant_id AND m.user_id = users.id)
WHERE member_of <> (
  SELECT string_agg(
    m.org_id || '|' || m.includes_descendants || '|' || m.created_at || '|' || m.permissions || '|' || m.roles || '|' ||
      REPLACE(REPLACE(REPLACE(m.alias, '%', '%25'), '|', '%7C'), ',', '%2C'),
    ',' ORDER BY m.org_id)
  FROM memberships m WHERE m.tenant_id = users.tenant_id AND m.user_id = users.id);

-- Addresses are one in any case by Unicode's folding, by which ß is ss and ς is σ.
-- Where two people have what is now one address, both keep what they had.
UPDATE users SET email_key = REPLACE(REPLACE(email_key, 'ß', 'ss'), 'ς', 'σ')
WHERE (email_key LIKE '%ß%' OR email_key LIKE '%ς%') AND NOT EXISTS (
  SELECT 1 FROM users o WHERE o.tenant_id = users.tenant_id AND o.email_key = REPLACE(REPLACE(users.email_key, 'ß', 'ss'), 'ς', 'σ'));
UPDATE invitations SET email_key = REPLACE(REPLACE(email_key, 'ß', 'ss'), 'ς', 'σ')
WHERE (email_key LIKE '%ß%' OR email_key LIKE '%ς%') AND NOT EXISTS (
  SELECT 1 FROM invitations o WHERE o.tenant_id = invitations.tenant_id AND o.org_id = invitations.org_id
    AND o.email_key = REPLACE(REPLACE(invitations.email_key, 'ß', 'ss'), 'ς', 'σ'));
