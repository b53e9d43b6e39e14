/**
 * A place inside the console to go back to after signing in, or null. Only a path of this
 * very origin passes: no scheme, no host, no backslash tricks, and not the sign-in page itself.
 */
export function safeReturnPath(value: string | null | undefined): string | null {
  if (!value || value.length > 2000) return null;
  if (!value.startsWith("/") || value.startsWith("//")) return null;
  if (hasControlOrBackslash(value)) return null;
  const url = new URL(value, "http://console.invalid");
  if (url.origin !== "http://console.invalid") return null;
  if (signedOutPaths.some((path) => isBelow(url.pathname, path))) return null;
  return url.pathname + url.search + url.hash;
}

/** Strangers open these, and nothing of anybody's is on them. */
export const strangersPaths = ["/sign-in", "/setup", "/forgot-password", "/reset-password"];

const signedOutPaths = [...strangersPaths, "/invitation", "/change-password", "/api"];

function hasControlOrBackslash(value: string): boolean {
  return [...value].some((char) => char === "\\" || (char.codePointAt(0) ?? 0) < 0x20);
}

/** Where each portal opens. */
export const portalPaths: Record<string, string> = {
  tenant_admin: "/admin/users",
  operations: "/operations",
  agent_desktop: "/desktop",
  analytics: "/analytics",
  dashboard: "/dashboard",
};

/** Whether a path is a page or below it. */
export function isBelow(pathname: string, page: string): boolean {
  return pathname === page || pathname.startsWith(`${page}/`);
}

/** The portal a path belongs to, or null for pages outside all of them (the account). */
export function portalOfPath(pathname: string): string | null {
  if (isBelow(pathname, "/admin")) return "tenant_admin";
  for (const [portal, path] of Object.entries(portalPaths)) {
    if (isBelow(pathname, path)) return portal;
  }
  return null;
}

/** The value of `name` in a location hash such as "#token=abc". */
export function hashParam(hash: string, name: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get(name) ?? "";
}
