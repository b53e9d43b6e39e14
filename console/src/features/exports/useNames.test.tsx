import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { ExportFilter } from "@/api/types";
import { sessionQuery } from "@/app/session";
import { useNames } from "./useNames";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What the server knows. */
const known: Record<string, unknown> = {
  "/organizations/org_a": { id: "org_a", name: "Brightdesk" },
  "/roles": { items: [{ id: "role_agent", name: "Agente" }] },
};

/** The names that a filter gets, and what was asked for them. */
function names(filter: ExportFilter) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const found = known[pathname.replace("/api/v1", "")];
    return new Response(JSON.stringify(found ?? { code: "not_found" }), {
      status: found ? 200 : 404,
      headers: { "Content-Type": "application/json" },
    });
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(sessionQuery.queryKey, {
    permissions: ["organizations.read", "roles.read", "teams.read"],
    organization: { id: "org_root", name: "Kestrel Lane" },
  } as never);
  const { result } = renderHook(() => useNames(filter), {
    wrapper: ({ children }) => <QueryClientProvider client={queries}>{children}</QueryClientProvider>,
  });
  return { name: (id: string) => result.current(id), asked };
}

it("an export asks for the names that its filter needs, and for no more", async () => {
  const { name, asked } = names({ organization_id: "org_a" });
  expect(name("org_a")).toBe("…");
  await waitFor(() => expect(name("org_a")).toBe("Brightdesk"));
  expect(asked).toEqual(["/api/v1/organizations/org_a"]);
});

it("what is gone keeps its id", async () => {
  const { name } = names({ organization_id: "org_gone" });
  await waitFor(() => expect(name("org_gone")).toBe("org_gone"));
});

it("where one acts oneself is known", () => {
  const { name, asked } = names({ organization_id: "org_root" });
  expect(name("org_root")).toBe("Kestrel Lane");
  expect(asked).toEqual([]);
});

it("a built-in role has its name in the reader's language", async () => {
  const { name } = names({ role: "role_agent" });
  await waitFor(() => expect(name("role_agent")).toBe("Agent"));
});
