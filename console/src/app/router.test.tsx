import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serve } from "@/test-show";
import pages from "./pages.json";
import { makeQueryClient } from "./query";
import { makeRouter } from "./router";

afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

/** The console at an address. */
function visit(address: string) {
  window.history.replaceState(null, "", address);
  const queries = makeQueryClient(async () => {});
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <QueryClientProvider client={queries}>
          <RouterProvider router={makeRouter(queries)} />
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
}

// covers D-12
it("has a route for each page that the server knows of, and no other", () => {
  const router = makeRouter(makeQueryClient(async () => {}));
  const known = Object.keys(router.routesByPath).map((path) => path.replace(/(.)\/$/, "$1"));
  expect([...new Set(known)].sort()).toEqual(Object.keys(pages).sort());
});

//
it("says who is logged in as whom also where there is no page", async () => {
  const impersonation = { by: { full_name: "Jo" }, expires_at: "2026-12-01T10:00:00Z", may_change: false };
  serve({ "GET /session": () => ({ user: { full_name: "Ada" }, impersonation, permissions: [] }) });
  visit("/nowhere");
  await screen.findByText("There is no page at this address");
  const bar = await screen.findByRole(
    "complementary",
    { name: "Logged in as somebody else" },
    { timeout: 20_000 },
  );
  expect(bar.textContent).toContain("Ada");
}, 30_000);

it("tells whom a rule refuses the code to pass on, and lets them try again or sign out", async () => {
  serve({
    "GET /session": () =>
      new Response(
        JSON.stringify({ code: "ip_refused", status: 403, address: "203.0.113.7", refusal_code: "ABCD2345" }),
        { status: 403, headers: { "Content-Type": "application/problem+json" } },
      ),
  });
  visit("/account");
  await screen.findByText("A rule of your organization refuses this network", {}, { timeout: 20_000 });
  screen.getByText("ABCD-2345");
  screen.getByText(/203\.0\.113\.7/);
  for (const name of ["Copy the code", "Try again", "Sign out"]) screen.getByRole("button", { name });
}, 30_000);
