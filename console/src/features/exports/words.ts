import { plural, t } from "@lingui/core/macro";
import type { CustomField, Export, ExportFilter } from "@/api/types";
import { formatBytes, formatDateTime, formatNumber } from "@/app/format";
import { actionText } from "@/features/audit/words";
import { showValue } from "@/features/fields/values";
import { stateName } from "@/features/invitations/badges";
import { statusName, userTypeName } from "@/features/users/userTypes";

export type Kind = Export["kind"];

export function kindName(kind: Kind): string {
  const names: Record<Kind, string> = {
    users: t`Users`,
    memberships: t`Memberships`,
    invitations: t`Invitations`,
    audit: t`Audit log`,
  };
  return names[kind];
}

/** What a row of the file is. */
export function kindText(kind: Kind): string {
  const texts: Record<Kind, string> = {
    users: t`A row for each person.`,
    memberships: t`A row for each person in each organization, with roles, permissions and teams there.`,
    invitations: t`A row for each invitation, with what became of its mail.`,
    audit: t`A row for each entry, newest first.`,
  };
  return texts[kind];
}

export function formatName(format: Export["format"]): string {
  return format === "csv" ? "CSV" : "NDJSON";
}

export type NameOf = (id: string) => string;

/** The filters of an export in words, one by one; nothing when it has none. */
export function filterWords(filter: ExportFilter, name: NameOf, fields: CustomField[]): string[] {
  const entries: [string, string | undefined][] = [
    [t`Search`, filter.search],
    [t`E-mail`, filter.email],
    [t`External ID`, filter.external_id],
    [t`Organization`, organizationWords(filter, name)],
    [t`Status`, filter.status && statusName(filter.status)],
    [t`User type`, filter.user_type && userTypeName(filter.user_type)],
    [t`Role`, filter.role && name(filter.role)],
    [t`Team`, filter.team && name(filter.team)],
    ...(filter.field ?? []).map((entry) => fieldWords(entry, fields)),
    [t`State`, filter.state ? stateName(filter.state) : undefined],
    [t`Action`, filter.action && actionText(filter.action)],
    [t`Outcome`, filter.outcome && (filter.outcome === "success" ? t`Done` : t`Failed`)],
    [t`Who did it`, filter.actor_id],
    [t`To whom`, filter.target_id],
    [t`Person`, filter.user_id],
    [t`Address`, filter.ip],
    [t`Request id`, filter.request_id],
    [t`From`, filter.from && formatDateTime(filter.from)],
    [t`Before`, filter.to && formatDateTime(filter.to)],
  ];
  return entries.filter(([, value]) => value).map(([label, value]) => t`${label}: ${value ?? ""}`);
}

/** A filter by a field of the company's own, as name and value; as it is where the field has gone. */
function fieldWords(entry: string, fields: CustomField[]): [string, string] {
  const [key = "", ...rest] = entry.split(":");
  const value = rest.join(":");
  const field = fields.find((known) => known.key === key);
  return field ? [field.label, showValue(field, value)] : [key, value];
}

function organizationWords(filter: ExportFilter, name: NameOf): string | undefined {
  if (!filter.organization_id) return undefined;
  const organization = name(filter.organization_id);
  return filter.below ? t`${organization} and below` : organization;
}

/** How far an export is: "45,000 of 128,000 rows". */
export function progressWords(entry: Pick<Export, "rows_done" | "rows_total">): string {
  const { rows_done, rows_total } = entry;
  if (rows_total === null) return plural(rows_done, { one: "# row", other: "# rows" });
  const done = formatNumber(rows_done);
  return plural(rows_total, { one: `${done} of # row`, other: `${done} of # rows` });
}

/** How far an export is, from 0 to 100; null where nobody knows. */
export function percentOf(entry: Pick<Export, "rows_done" | "rows_total">): number | null {
  if (entry.rows_total === null || entry.rows_total === 0) return null;
  // Rows that were added meanwhile don't make it more than whole.
  return Math.min(100, Math.floor((100 * entry.rows_done) / entry.rows_total));
}

/** What a file holds: "128,000 rows, 7.3 MB". */
export function sizeWords(entry: Pick<Export, "rows_done" | "size_bytes">): string {
  const rows = plural(entry.rows_done, { one: "# row", other: "# rows" });
  const size = formatBytes(entry.size_bytes);
  return t`${rows}, ${size}`;
}

/** The columns of a CSV file of users, in their order, as people call them. */
export function userColumns(): [string, string][] {
  return [
    ["id", t`ID`],
    ["first_name", t`First name`],
    ["last_name", t`Last name`],
    ["email", t`E-mail`],
    ["user_type", t`User type`],
    ["nickname", t`Nickname`],
    ["phone", t`Phone`],
    ["external_id", t`External ID`],
    ["timezone", t`Time zone`],
    ["locale", t`Language`],
    ["status", t`Status`],
    ["roles", t`Roles`],
    ["organization", t`Organization`],
    ["last_sign_in_at", t`Last sign-in`],
    ["created_at", t`Created`],
  ];
}
