import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { isApiError } from "@/api/errors";
import type { Session } from "@/api/types";
import { adminPortal, Guard } from "./adminRoutes";
import { adoptSession } from "./adopt";
import { NotFoundPage, NowherePage, RouteError } from "./ErrorPages";
import { inLanguage } from "./language";
import { portalPaths } from "./paths";
import { signInPath } from "./query";
import { Root, signedInRoute } from "./Root";
import { parseSearch, stringifySearch } from "./searchParams";
import { sessionQuery } from "./session";
import { Shell } from "./shell/Shell";

type Context = { queryClient: QueryClient };

const LocalError = inLanguage(RouteError);
const LocalNotFound = inLanguage(NotFoundPage);

/** A page that is loaded when it is first opened. */
const lazyPage = (load: () => Promise<Record<string, unknown>>, name: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: the loader's module is typed where it is written
  inLanguage(lazyRouteComponent(load as () => Promise<Record<string, any>>, name));

const root = createRootRouteWithContext<Context>()({
  // Of every page: parseSearch makes nothing but strings, and each page looks for those that it knows.
  validateSearch: (search) => search as Partial<Record<string, string>>,
  component: inLanguage(Root),
  notFoundComponent: inLanguage(NowherePage),
  errorComponent: LocalError,
});

/** Loads the session, or sends the person where they must go first. */
async function requireSession(queryClient: QueryClient, href: string): Promise<Session> {
  try {
    const session = await queryClient.ensureQueryData(sessionQuery);
    await adoptSession(session);
    if (session.must_change_password) throw redirect({ to: "/change-password" });
    return session;
  } catch (error) {
    if (isApiError(error, "unauthenticated")) throw redirect({ href: signInPath(href) });
    if (isApiError(error, "password_change_required")) throw redirect({ to: "/change-password" });
    throw error;
  }
}

const signedIn = createRoute({
  id: signedInRoute,
  getParentRoute: () => root,
  beforeLoad: async ({ context, location }) => ({
    session: await requireSession(context.queryClient, location.href),
  }),
  component: inLanguage(Shell),
  notFoundComponent: LocalNotFound,
  errorComponent: LocalError,
});

const index = createRoute({
  path: "/",
  getParentRoute: () => signedIn,
  beforeLoad: ({ context }) => {
    throw redirect({ to: portalPaths[context.session.home_portal] ?? "/account", replace: true });
  },
});

const publicPage = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    path,
    getParentRoute: () => root,
    component: lazyPage(load, name),
  });

const publicRoutes = [
  publicPage("/sign-in", () => import("@/features/auth/SignInPage"), "SignInPage"),
  publicPage("/setup", () => import("@/features/auth/SetupPage"), "SetupPage"),
  publicPage("/forgot-password", () => import("@/features/auth/ForgotPasswordPage"), "ForgotPasswordPage"),
  publicPage("/invitation", () => import("@/features/invitations/AcceptPage"), "AcceptPage"),
  publicPage("/reset-password", () => import("@/features/auth/ResetPasswordPage"), "ResetPasswordPage"),
  publicPage("/change-password", () => import("@/features/auth/ChangePasswordPage"), "ChangePasswordPage"),
];

const PortalHome = lazyRouteComponent(() => import("@/features/portals/PortalHome"), "PortalHome");

const portalHome = (path: "/operations" | "/desktop" | "/analytics", portal: string) =>
  createRoute({
    path,
    getParentRoute: () => signedIn,
    component: inLanguage(() => (
      <Guard page={path}>
        <PortalHome portal={portal} />
      </Guard>
    )),
  });

const AgentsPage = lazyRouteComponent(() => import("@/features/agents/AgentsPage"), "AgentsPage");

const operationsAgents = createRoute({
  path: "/operations/agents",
  getParentRoute: () => signedIn,
  component: inLanguage(function Agents() {
    return (
      <Guard page="/operations/agents">
        <AgentsPage />
      </Guard>
    );
  }),
});

const dashboardHome = createRoute({
  path: "/dashboard",
  getParentRoute: () => signedIn,
  component: lazyPage(() => import("@/features/dashboard/DashboardPage"), "DashboardHomePage"),
});

const dashboardTab = createRoute({
  path: "/dashboard/$tab",
  getParentRoute: () => signedIn,
  component: lazyPage(() => import("@/features/dashboard/DashboardPage"), "DashboardTabPage"),
});

const account = createRoute({
  path: "/account",
  getParentRoute: () => signedIn,
  component: lazyPage(() => import("@/features/account/AccountPage"), "AccountPage"),
});

const routeTree = root.addChildren([
  ...publicRoutes,
  signedIn.addChildren([
    index,
    adminPortal(() => signedIn),
    portalHome("/operations", "operations"),
    operationsAgents,
    portalHome("/desktop", "agent_desktop"),
    portalHome("/analytics", "analytics"),
    dashboardHome,
    dashboardTab,
    account,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPreloadDelay: 80,
    defaultPendingMs: 300,
    scrollRestoration: true,
    parseSearch,
    stringifySearch,
    defaultNotFoundComponent: LocalNotFound,
    defaultErrorComponent: LocalError,
  });
}
