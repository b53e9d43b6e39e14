import { plural, t } from "@lingui/core/macro";
import {
  IconChartBar,
  IconCircleFilled,
  IconEye,
  IconHeadset,
  IconPlayerPauseFilled,
  IconRobot,
  IconRosetteDiscountCheck,
  IconServer,
  IconShieldHalf,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { roleName } from "@/features/roles/roleNames";
import { statusName, userTypeName } from "@/features/users/userTypes";
import classes from "./ui.module.css";

type Tone = "neutral" | "ok" | "warn" | "bad" | "outline" | "plain";

/** A small label. Its meaning is in its words and its icon; the colour only repeats it. */
export function Tag({
  tone = "neutral",
  icon,
  title,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  title?: string;
  children: ReactNode;
}) {
  const toneClass = tone === "neutral" ? "" : (classes[tone] ?? "");
  return (
    <span className={`${classes.badge} ${toneClass}`} title={title}>
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}

export function StatusBadge({ status }: { status: string }) {
  if (status === "active") {
    return (
      <Tag tone="ok" icon={<IconCircleFilled size={8} aria-hidden="true" />}>
        {statusName(status)}
      </Tag>
    );
  }
  return (
    <Tag tone="warn" icon={<IconPlayerPauseFilled size={11} aria-hidden="true" />}>
      {statusName(status)}
    </Tag>
  );
}

const typeIcons: Record<string, typeof IconUser> = {
  tenant_admin: IconShieldHalf,
  bot_admin: IconRobot,
  supervisor: IconRosetteDiscountCheck,
  agent: IconHeadset,
  analyst: IconChartBar,
  viewer: IconEye,
  member: IconUsers,
  service: IconServer,
};

export function TypeBadge({ type }: { type: string }) {
  const Icon = typeIcons[type] ?? IconUser;
  return (
    <Tag tone="outline" icon={<Icon size={14} stroke={1.75} aria-hidden="true" />} title={userTypeName(type)}>
      {userTypeName(type)}
    </Tag>
  );
}

/** The first roles as tags, the rest as a number that names them on hover and to screen readers. */
export function RoleTags({ roles, max = 2 }: { roles: { id: string; name: string }[]; max?: number }) {
  if (roles.length === 0)
    return (
      <>
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">{t`No roles`}</span>
      </>
    );
  const rest = roles.slice(max);
  const names = rest.map(roleName).join(", ");
  return (
    <span className={classes.tags}>
      {roles.slice(0, max).map((role) => (
        <Tag key={role.id} title={roleName(role)}>
          {roleName(role)}
        </Tag>
      ))}
      {rest.length > 0 && (
        <Tag title={names}>
          +{rest.length}
          <span className="visually-hidden">
            {" "}
            {plural(rest.length, { one: "more role", other: "more roles" })}: {names}
          </span>
        </Tag>
      )}
    </span>
  );
}
