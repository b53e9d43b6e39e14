import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serve, show } from "@/test-show";
import { MyPermissions } from "./PortalHome";

afterEach(() => vi.unstubAllGlobals());

it("tells of tabs that are shown, and calls what one may open as the header does", async () => {
  const ids = ["dashboard.home", "dashboard.prompt", "dashboard.custom_tabs", "portals.tenant_admin"];
  const permission = (id: string) => ({ id, label: id, group: "Portals", effective: true, sources: [] });
  serve({
    "GET /me/access": () => ({ permissions: ids.map(permission) }),
    "GET /dashboard": () => ({ layout: "vertical", tabs: [{ id: "home", kind: "page", title: "Home" }] }),
  });
  show(<MyPermissions />, {
    permissions: ids,
    organization: { id: "org_1", is_root: false },
    portals: [{ id: "dashboard", name: "Client Dashboard" }],
  });
  await screen.findByText("Open the Home tab");
  screen.getByText("Open the Administration portal");
  expect(screen.queryByText(/Prompt|custom/)).toBeNull();
});
