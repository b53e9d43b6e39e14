import { type AnyRoute, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import type { Session } from "@/api/types";
import { ForbiddenPage, NotFoundPage } from "./ErrorPages";
import { inLanguage } from "./language";
import { opens, type PagePath, portalOf } from "./pages";
import { can, hasPortal, useSession } from "./session";
import { navOf } from "./shell/nav";

/** Shows a page only to those who may open it; the server refuses the others as well. */
export function Guard({ page, children }: { page: PagePath; children: React.ReactNode }) {
  const session = useSession();
  const portal = portalOf(page);
  const inside = !portal || hasPortal(session, portal);
  return inside && opens(page, (permission) => can(session, permission)) ? children : <ForbiddenPage />;
}

type Load = () => Promise<Record<string, unknown>>;

/** A page that is loaded when it is first opened, behind its guard. */
function guarded(page: PagePath, load: Load, name: string) {
  // biome-ignore lint/suspicious/noExplicitAny: the loader's module is typed where it is written
  const Component = lazyRouteComponent(load as () => Promise<Record<string, any>>, name);
  return inLanguage(() => (
    <Guard page={page}>
      <Component />
    </Guard>
  ));
}

/** What a page's path begins with below /admin. */
type InAdmin = PagePath extends infer P
  ? P extends `/admin${infer Rest extends `/${string}`}`
    ? Rest
    : never
  : never;

/** The routes of the Tenant Admin portal. */
export function adminPortal<Parent extends AnyRoute>(parent: () => Parent) {
  const portal = createRoute({
    path: "/admin",
    getParentRoute: parent,
    component: inLanguage(() => (
      <Guard page="/admin">
        <Outlet />
      </Guard>
    )),
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
  const page = <const P extends InAdmin>(path: P, load: Load, name: string) =>
    createRoute({ path, getParentRoute: () => portal, component: guarded(`/admin${path}`, load, name) });
  const roles = () => import("@/features/roles/RolesPage");
  const teams = () => import("@/features/teams/TeamsPage");
  return portal.addChildren([
    home,
    page("/users", () => import("@/features/users/UsersPage"), "UsersPage"),
    page("/users/idle-logout", () => import("@/features/users/IdleLogoutPage"), "IdleLogoutPage"),
    page("/users/import", () => import("@/features/imports/ImportPage"), "ImportPage"),
    page("/invitations", () => import("@/features/invitations/InvitationsPage"), "InvitationsPage"),
    page("/mail", () => import("@/features/mail/MailPage"), "MailPage"),
    page("/users/deleted/$id", () => import("@/features/users/DeletedUserPage"), "DeletedUserPage"),
    page("/users/$id", () => import("@/features/users/UserPage"), "UserPage"),
    page("/roles", roles, "RolesPage"),
    page("/roles/$id", roles, "RolesPage"),
    page("/organizations", () => import("@/features/organizations/OrganizationsPage"), "OrganizationsPage"),
    page("/teams", teams, "TeamsPage"),
    page("/teams/$id", teams, "TeamsPage"),
    page("/agents", () => import("@/features/agents/AgentsPage"), "AgentsPage"),
    page("/fields", () => import("@/features/fields/FieldsPage"), "FieldsPage"),
    page("/tabs", () => import("@/features/tabs/TabsPage"), "TabsPage"),
    page("/branding", () => import("@/features/branding/BrandingPage"), "BrandingPage"),
    page("/policies", () => import("@/features/policies/PoliciesPage"), "PoliciesPage"),
    page("/reviews", () => import("@/features/reviews/ReviewsPage"), "ReviewsPage"),
    page("/reviews/$id", () => import("@/features/reviews/ReviewPage"), "ReviewPage"),
    page("/audit", () => import("@/features/audit/AuditPage"), "AuditPage"),
    page("/exports", () => import("@/features/exports/ExportsPage"), "ExportsPage"),
    page("/api-keys", () => import("@/features/keys/ApiKeysPage"), "ApiKeysPage"),
    page("/outbox", () => import("@/features/outbox/OutboxPage"), "OutboxPage"),
  ]);
}
