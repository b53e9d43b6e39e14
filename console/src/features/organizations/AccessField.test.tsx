import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { AccessField } from "./AccessField";
import { accessOptionsQuery, type OptionType } from "./queries";

type Given = { id: string; name: string; grantable?: boolean; by_type?: string[]; by_feature?: string[] };

const permission = (id: string) => `dashboard.${id}`;

function option({ id, name, grantable = true, by_type = [], by_feature = [] }: Given) {
  const more =
    id === "org_admin" ? { permissions: [], role_id: "role_org_admin" } : { permissions: [permission(id)] };
  return {
    id,
    name,
    description: "",
    grantable,
    blocked_by_type: by_type,
    blocked_by_feature: by_feature,
    ...more,
  };
}

type Shown = { userType?: OptionType; held?: string[]; admin?: Partial<Given>; home?: Partial<Given> };

function show(value: string[], { userType = "member", held, admin = {}, home = {} }: Shown = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(accessOptionsQuery("org_a", userType).queryKey, [
    option({ id: "org_admin", name: "Org Admin", ...admin }),
    option({ id: "home", name: "Home", ...home }),
  ] as never);
  const changes: string[][] = [];
  render(
    <MantineProvider>
      <QueryClientProvider client={client}>
        <AccessField
          organization="org_a"
          userType={userType}
          held={held}
          value={value}
          onChange={(next) => changes.push(next)}
        />
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

  it("are locked where one does not hold what they give", () => {
    const { admin } = show([], { admin: { grantable: false } });
    expect(admin.disabled).toBe(true);
    expect(screen.getByText(/You don't hold this yourself/)).toBeTruthy();
  });

  it("can be unticked again where one lacks it only if nobody else has given it", () => {
    expect(show(["home"], { home: { grantable: false } }).home.disabled).toBe(false);
  });

  it("stay as somebody with more access has set them", () => {
    expect(show(["home"], { held: ["home"], home: { grantable: false } }).home.disabled).toBe(true);
  });

  it("say when the organization lacks the feature, and can be ticked for when it has it", () => {
    const { home } = show([], { home: { by_feature: [permission("home")] } });
    expect(screen.getByText(/No effect at present/)).toBeTruthy();
    expect(home.disabled).toBe(false);
  });

  it("say when the type may not have it, or only look", () => {
    show([], {
      userType: "viewer",
      home: { by_type: [permission("home")] },
      admin: { by_type: ["users.create"] },
    });
    expect(screen.getByText("No effect: the type Viewer can't have this.")).toBeTruthy();
    expect(screen.getByText("Only in part: the type Viewer may look, but change nothing.")).toBeTruthy();
  });
});
