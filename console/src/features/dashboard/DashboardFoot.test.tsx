import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { sessionQuery } from "@/app/session";
import { DashboardFoot } from "./DashboardNav";

function show(brand: { support_url: string; support_email: string; powered_by: boolean }) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(sessionQuery.queryKey, { brand } as never);
  render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={client}>
        <DashboardFoot across />
      </QueryClientProvider>
    </I18nProvider>,
  );
}

//
it("says below the page where to get help", () => {
  show({ support_url: "https://help.example", support_email: "help@example.com", powered_by: true });
  const foot = screen.getByRole("contentinfo");
  const links = screen.getAllByRole("link").map((link) => link.getAttribute("href"));
  expect(links).toEqual(["https://help.example", "mailto:help@example.com"]);
  expect(foot.textContent).toContain("Powered by Retinue");
});

it("is not there where the brand has nothing to say", () => {
  show({ support_url: "", support_email: "", powered_by: false });
  expect(screen.queryByRole("contentinfo")).toBeNull();
});
