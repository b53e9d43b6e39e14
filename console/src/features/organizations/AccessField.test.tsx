import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { sessionQuery } from "@/app/session";
import { AccessField } from "./AccessField";
import { accessOptionsQuery } from "./queries";

function show(value: string[]) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(sessionQuery.queryKey, { permissions: ["dashboard.home"] } as never);
  client.setQueryData(accessOptionsQuery.queryKey, [
    { id: "org_admin", name: "Org Admin", description: "", permissions: [] },
    { id: "home", name: "Home", description: "", permissions: ["dashboard.home"] },
  ] as never);
  const changes: string[][] = [];
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <AccessField value={value} onChange={(next) => changes.push(next)} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  const box = (name: RegExp) => screen.getByRole("checkbox", { name }) as HTMLInputElement;
  return { admin: box(/Org Admin/), home: box(/Home/), changes };
}

//
describe("the checkboxes of access", () => {
  it("are ticked and locked where Org Admin brings them along", () => {
    const { admin, home, changes } = show(["org_admin"]);
    expect([admin.checked, admin.disabled, home.checked, home.disabled]).toEqual([true, false, true, true]);
    expect(screen.getByText(/Comes with Org Admin/)).toBeTruthy();
    admin.click();
    expect(changes).toEqual([[]]);
  });

  it("are each for itself without it", () => {
    const { admin, home, changes } = show([]);
    expect([admin.checked, home.checked, home.disabled]).toEqual([false, false, false]);
    home.click();
    expect(changes).toEqual([["home"]]);
  });
});
