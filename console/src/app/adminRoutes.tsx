import { type AnyRoute, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import type { Session } from "@/api/types";
import { maySetIdleLogout } from "@/features/users/people";
import { ForbiddenPage, NotFoundPage } from "./ErrorPages";
import { inLanguage } from "./language";
import { hasPortal, useCan, useSession } from "./session";
import { navOf } from "./shell/nav";

/** What opens a page: one of some permissions, or what the page itself asks of them. */
type Needs = string[] | ((may: (permission: string) => boolean) => boolean);

/** Shows a page only to those who hold what it needs; the server refuses the others as well. */
export function Guard({ needs, children }: { needs: Needs; children: React.ReactNode }) {
  const may = useCan();
  const allowed = typeof needs === "function" ? needs(may) : needs.some(may);
  return allowed ? children : <ForbiddenPage />;
}

function AdminPortal() {
  return hasPortal(useSession(), "tenant_admin") ? <Outlet /> : <ForbiddenPage />;
}

type Load = () => Promise<Record<string, unknown>>;

/** A page that is loaded when it is first opened, behind its guard. */
function guarded(needs: Needs, load: Load, name: string) {
  // biome-ignore lint/suspicious/noExplicitAny: the loader's module is typed where it is written
  const Component = lazyRouteComponent(load as () => Promise<Record<string, any>>, name);
  return inLanguage(() => (
    <Guard needs={needs}>
      <Component />
    </Guard>
  ));
}

/** The routes of the Tenant Admin portal. */
export function adminPortal<Parent extends AnyRoute>(parent: () => Parent) {
  const portal = createRoute({
    path: "/admin",
    getParentRoute: parent,
    component: inLanguage(AdminPortal),
    notFoundComponent: inLanguage(NotFoundPage),
  });
  const home = createRoute({
    path: "/",
    getParentRoute: () => portal,
    beforeLoad: ({ context }) => {
      const first = navOf((context as { session: Session }).session, "tenant_admin")[0];
      throw redirect({ to: first?.to ?? "/account", replace: true });
    },
  });
  const page = <const P extends string>(path: P, needs: Needs, load: Load, name: string) =>
    createRoute({ path, getParentRoute: () => portal, component: guarded(needs, load, name) });
  const keys = ["api_keys.manage", "service_keys.manage"];
  const roles = () => import("@/features/roles/RolesPage");
  const teams = () => import("@/features/teams/TeamsPage");
  return portal.addChildren([
    home,
    page("/users", ["users.read"], () => import("@/features/users/UsersPage"), "UsersPage"),
    page(
      "/users/idle-logout",
      maySetIdleLogout,
      () => import("@/features/users/IdleLogoutPage"),
      "IdleLogoutPage",
    ),
    page("/users/import", ["users.import"], () => import("@/features/imports/ImportPage"), "ImportPage"),
    page(
      "/invitations",
      ["users.invite"],
      () => import("@/features/invitations/InvitationsPage"),
      "InvitationsPage",
    ),
    page("/mail", ["branding.manage"], () => import("@/features/mail/MailPage"), "MailPage"),
    page(
      "/users/deleted/$id",
      ["users.read"],
      () => import("@/features/users/DeletedUserPage"),
      "DeletedUserPage",
    ),
    page("/users/$id", ["users.read"], () => import("@/features/users/UserPage"), "UserPage"),
    page("/roles", ["roles.read"], roles, "RolesPage"),
    page("/roles/$id", ["roles.read"], roles, "RolesPage"),
    page(
      "/organizations",
      ["organizations.read"],
      () => import("@/features/organizations/OrganizationsPage"),
      "OrganizationsPage",
    ),
    page("/teams", ["teams.read"], teams, "TeamsPage"),
    page("/teams/$id", ["teams.read"], teams, "TeamsPage"),
    page("/agents", ["bots.read"], () => import("@/features/agents/AgentsPage"), "AgentsPage"),
    page("/fields", ["fields.manage"], () => import("@/features/fields/FieldsPage"), "FieldsPage"),
    page("/tabs", ["tabs.manage"], () => import("@/features/tabs/TabsPage"), "TabsPage"),
    page("/branding", ["branding.manage"], () => import("@/features/branding/BrandingPage"), "BrandingPage"),
    page("/policies", ["policies.manage"], () => import("@/features/policies/PoliciesPage"), "PoliciesPage"),
    page("/reviews", ["reviews.manage"], () => import("@/features/reviews/ReviewsPage"), "ReviewsPage"),
    page("/reviews/$id", ["reviews.manage"], () => import("@/features/reviews/ReviewPage"), "ReviewPage"),
    page("/audit", ["audit.read"], () => import("@/features/audit/AuditPage"), "AuditPage"),
    page(
      "/exports",
      ["users.export", "audit.export"],
      () => import("@/features/exports/ExportsPage"),
      "ExportsPage",
    ),
    page("/api-keys", keys, () => import("@/features/keys/ApiKeysPage"), "ApiKeysPage"),
    page("/outbox", ["outbox.read"], () => import("@/features/outbox/OutboxPage"), "OutboxPage"),
  ]);
}
