import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import type { User } from "@/api/types";
import { languageOf, languages } from "@/app/i18n";
import { useFields } from "@/features/fields/queries";
import { showValue } from "@/features/fields/values";
import { aliasesText } from "@/features/personas/alias";
import { roleName } from "@/features/roles/roleNames";
import { Tag } from "@/ui/badges";
import { ExactTime, RelativeTime } from "@/ui/Time";
import ui from "@/ui/ui.module.css";
import { userTypeDescription, userTypeName } from "./userTypes";

/** What is known about a person. */
export function UserProfile({ user }: { user: User }) {
  const fields = useFields();
  const language = languages.find((entry) => entry.value === languageOf(user.locale))?.label;
  const rows: [string, ReactNode][] = [
    [t`First name`, user.first_name],
    [t`Last name`, user.last_name],
    [t`Nickname`, user.nickname],
    [t`Aliases`, aliasesText(user.aliases)],
    [t`E-mail`, user.email],
    [t`Phone`, user.phone],
    [t`Type`, `${userTypeName(user.user_type)}. ${userTypeDescription(user.user_type)}`],
    [
      t`Roles`,
      <Tags key="roles" items={user.roles.map((role) => ({ id: role.id, name: roleName(role) }))} />,
    ],
    [t`Organizations`, <Tags key="organizations" items={user.organizations} />],
    [t`Time zone`, user.timezone],
    [t`Language`, language ?? user.locale],
    [t`External ID`, user.external_id],
    ...fields.map((field): [string, ReactNode] => [
      field.label,
      showValue(field, user.custom_fields[field.key]),
    ]),
    [t`Password`, user.must_change_password ? t`Temporary; it must be changed at the next sign-in.` : t`Set`],
    [t`Last sign-in`, <RelativeTime key="last" at={user.last_sign_in_at} fallback={t`Never`} />],
    [t`Created`, <ExactTime key="created" at={user.created_at} />],
    [
      t`User ID`,
      <span key="id" className="mono">
        {user.id}
      </span>,
    ],
  ];
  return (
    <dl className={ui.definition}>
      {rows.map(([name, value]) => (
        <Definition key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function Definition({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{value || "–"}</dd>
    </>
  );
}

function Tags({ items }: { items: { id: string; name: string }[] }) {
  if (items.length === 0) return "–";
  return (
    <span className={ui.wrap}>
      {items.map((item) => (
        <Tag key={item.id}>{item.name}</Tag>
      ))}
    </span>
  );
}
