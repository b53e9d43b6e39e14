import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { User } from "@/api/types";
import { sessionQuery } from "@/app/session";
import { accountTabs } from "./AccountPage";
import { ProfileForm } from "./ProfileForm";

const me = {
  id: "user_1",
  first_name: "Jo",
  last_name: "Ng",
  full_name: "Jo Ng",
  email: "jo@example.org",
} as User;

function emailField(impersonation: object | null): HTMLInputElement {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(sessionQuery.queryKey, { permissions: [], impersonation } as never);
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <QueryClientProvider client={client}>
          <RouterContextProvider router={router}>
            <ProfileForm me={me} />
          </RouterContextProvider>
        </QueryClientProvider>
      </MantineProvider>
    </I18nProvider>,
  );
  return screen.getByRole("textbox", { name: "E-mail" }) as HTMLInputElement;
}

//
describe("the account of somebody else", () => {
  it("has no tabs that the server refuses", () => {
    expect(accountTabs(true, true)).toEqual(["profile", "persona", "appearance", "access", "history"]);
    expect(accountTabs(false, true)).toContain("keys");
    expect(accountTabs(false, false)).not.toContain("keys");
    expect(accountTabs(false, false)).toContain("password");
  });

  it("only shows their e-mail", () => {
    expect(emailField({ by: {} }).readOnly).toBe(true);
  });

  it("lets people change their own e-mail", () => {
    expect(emailField(null).readOnly).toBe(false);
  });
});

it("a time zone that nobody has chosen is that of the organization", () => {
  emailField(null);
  screen.getByPlaceholderText("As the organization");
});
