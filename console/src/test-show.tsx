import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterContextProvider,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ComponentType, ReactNode } from "react";
import { vi } from "vitest";
import { makeQueryClient } from "@/app/query";
import { parseSearch, stringifySearch } from "@/app/searchParams";
import { sessionQuery } from "@/app/session";

function within(content: ReactNode, session: object): QueryClient {
  const queries = makeQueryClient(async () => {});
  queries.setQueryData(sessionQuery.queryKey, session as never);
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <QueryClientProvider client={queries}>{content}</QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
  return queries;
}

/** Shows a part of the console to somebody with a session, and gives what it keeps of the server. */
export function show(part: ReactNode, session: object): QueryClient {
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  return within(<RouterContextProvider router={router}>{part}</RouterContextProvider>, session);
}

/** Shows a page at its address, and gives what says where one is; it is at every path that is given, as in the console. */
export function visit(
  address: string,
  session: object,
  Page: ComponentType,
  ...paths: string[]
): () => string {
  const root = createRootRoute();
  // Each path is a route of its own, with a component of its own.
  const routes = paths.map((path) =>
    createRoute({ path, getParentRoute: () => root, component: () => <Page /> }),
  );
  const router = createRouter({
    routeTree: root.addChildren(routes),
    history: createMemoryHistory({ initialEntries: [address] }),
    parseSearch,
    stringifySearch,
  });
  within(<RouterProvider router={router as never} />, session);
  return () => router.state.location.href;
}

type Answer = (search: URLSearchParams, body: unknown, headers: Headers) => unknown;

/** What is refused, as an answer. */
export const refusal = (code: string, status = 403): Response =>
  new Response(JSON.stringify({ title: code, code, status }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });

/**
 * A server that answers to "METHOD /path"; of anything else it knows nothing. Gives what it was asked to do. Take it away
 * with vi.unstubAllGlobals.
 */
export function serve(answers: Record<string, Answer>): { what: string; body: unknown }[] {
  const asked: { what: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(input, location.href), init);
    const url = new URL(request.url);
    const what = `${request.method} ${url.pathname.replace("/api/v1", "")}`;
    const text = await request.text();
    const json = request.headers.get("Content-Type")?.endsWith("json");
    const body: unknown = text && json ? JSON.parse(text) : undefined;
    asked.push({ what, body });
    const answer = await answers[what]?.(url.searchParams, body, request.headers);
    if (answer instanceof Response) return answer;
    if (answer === undefined) return refusal("not_found", 404);
    return new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } });
  });
  return asked;
}

/**
 * What a server keeps and changes for whoever has its newest version, as it does: the answers to GET and PATCH. Of the
 * others it tells what there is now.
 */
export function versioned<T extends { version: number }>(first: T) {
  let now = first;
  const change = (patch: object) => {
    now = { ...now, ...patch, version: now.version + 1 };
    return now;
  };
  return {
    now: () => now,
    change,
    patch: (_: unknown, body: unknown, headers: Headers) =>
      headers.get("If-Match") === `"${now.version}"` ? change(body as object) : conflict(now),
  };
}

/** The refusal of a change that is based on something old; not every one tells what there is now. */
export function conflict(current?: object): Response {
  const problem = { title: "x", code: "precondition_failed", status: 412, ...(current && { current }) };
  return new Response(JSON.stringify(problem), {
    status: 412,
    headers: { "Content-Type": "application/problem+json" },
  });
}
