import { t } from "@lingui/core/macro";
import {
  IconBuilding,
  IconChecklist,
  IconClipboardList,
  IconClockShield,
  IconFileExport,
  IconForms,
  IconHome,
  IconKey,
  IconLayoutNavbar,
  IconMailbox,
  IconMailCog,
  IconMailForward,
  IconPalette,
  IconRobot,
  IconShieldLock,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Session } from "@/api/types";
import { opens, type PagePath } from "../pages";
import { can } from "../session";

export type NavEntry = {
  to: string;
  /** Other pages of the portal are below this one's address. */
  exact?: boolean;
  /** Pages elsewhere that are found by this entry, and below which it is the current one too. */
  also?: string[];
  label: string;
  icon: ComponentType<{ size?: number | string; stroke?: number | string }>;
};

/** The pages of a portal that the person may open. */
export function navOf(session: Session, portal: string | null): NavEntry[] {
  const may = (permission: string) => can(session, permission);
  if (portal === "tenant_admin") {
    const entries: (NavEntry & { to: PagePath; hidden?: boolean })[] = [
      {
        to: "/admin/users",
        also: ["/admin/invitations"],
        label: t`Users`,
        icon: IconUsers,
      },
      {
        to: "/admin/invitations",
        also: ["/admin/users"],
        label: t`Invitations`,
        icon: IconMailForward,
        hidden: may("users.read"),
      },
      { to: "/admin/roles", label: t`Roles & permissions`, icon: IconShieldLock },
      {
        to: "/admin/organizations",
        label: session.organization.is_root ? t`Clients` : t`Organization`,
        icon: IconBuilding,
      },
      { to: "/admin/teams", label: t`Teams`, icon: IconUsersGroup },
      { to: "/admin/agents", label: t`AI agents`, icon: IconRobot },
      {
        to: "/admin/fields",
        label: t`Custom fields`,
        icon: IconForms,
        hidden: !session.organization.is_root,
      },
      { to: "/admin/tabs", label: t`Dashboard tabs`, icon: IconLayoutNavbar },
      { to: "/admin/branding", label: t`Branding`, icon: IconPalette },
      { to: "/admin/mail", label: t`Mail`, icon: IconMailCog },
      {
        to: "/admin/audit",
        label: t`Audit log`,
        icon: IconClipboardList,
      },
      {
        to: "/admin/exports",
        label: t`Exports`,
        icon: IconFileExport,
      },
      { to: "/admin/reviews", label: t`Access reviews`, icon: IconChecklist },
      { to: "/admin/policies", label: t`Policies`, icon: IconClockShield },
      {
        to: "/admin/api-keys",
        label: t`API keys`,
        icon: IconKey,
      },
      {
        to: "/admin/outbox",
        label: t`Outbox`,
        icon: IconMailbox,
      },
    ];
    return entries.filter((entry) => opens(entry.to, may) && !entry.hidden);
  }
  const homes: Record<string, string> = {
    operations: "/operations",
    agent_desktop: "/desktop",
    analytics: "/analytics",
    dashboard: "/dashboard",
  };
  const home = portal ? homes[portal] : undefined;
  if (!home) return [];
  const entries: NavEntry[] = [{ to: home, exact: true, label: t`Home`, icon: IconHome }];
  if (portal === "operations" && opens("/operations/agents", may)) {
    entries.push({ to: "/operations/agents", label: t`AI agents`, icon: IconRobot });
  }
  return entries;
}

/**
 * A portal's name in the reader's language. Whoever runs a client organization
 * administers that alone, and knows of no tenant.
 */
export function portalName(portal: { id: string; name: string }, place: { is_root: boolean }): string {
  const names: Record<string, string> = {
    tenant_admin: place.is_root ? t`Tenant Admin` : t`Administration`,
    operations: t`Operations`,
    agent_desktop: t`Agent Desktop`,
    analytics: t`Analytics`,
    dashboard: t`Client Dashboard`,
  };
  return names[portal.id] ?? portal.name;
}
