import { describe, expect, it } from "vitest";
import type { Session } from "@/api/types";
import { can, hasPortal } from "./session";
import { navOf } from "./shell/nav";

const session = (permissions: string[], outbox = true) =>
  ({
    permissions,
    portals: [{ id: "operations", name: "Operations" }],
    organization: { id: "org_1", name: "Northwind", is_root: true },
    features: { outbox },
  }) as unknown as Session;

describe("what a person may do", () => {
  it("is exactly what the session says", () => {
    expect(can(session(["users.read"]), "users.read")).toBe(true);
    expect(can(session(["users.read"]), "users")).toBe(false);
    expect(can(session(["users.read"]), "users.delete")).toBe(false);
    expect(hasPortal(session([]), "tenant_admin")).toBe(false);
    expect(hasPortal(session([]), "operations")).toBe(true);
  });

  // covers E-01
  it("finds invitations and idle logout by the entry of the users", () => {
    const [users] = navOf(session(["users.read", "users.invite"]), "tenant_admin");
    expect(users).toMatchObject({ to: "/admin/users", also: ["/admin/invitations"] });
    const [invitations] = navOf(session(["users.invite"]), "tenant_admin");
    expect(invitations).toMatchObject({ to: "/admin/invitations", also: ["/admin/users"] });
  });

  // covers D-12
  it("decides what is in the menu", () => {
    const paths = (permissions: string[], outbox = true) =>
      navOf(session(permissions, outbox), "tenant_admin").map((entry) => entry.to);
    expect(paths([])).toEqual([]);
    expect(paths(["audit.read", "users.read"])).toEqual(["/admin/users", "/admin/audit"]);
    expect(paths(["service_keys.manage"])).toEqual(["/admin/api-keys"]);
    expect(paths(["bots.read"])).toEqual(["/admin/agents"]);
    // With an SMTP server, too: mails that failed are sent again there.
    expect(paths(["outbox.read"], false)).toEqual(["/admin/outbox"]);
    expect(navOf(session([]), "operations").map((entry) => entry.to)).toEqual(["/operations"]);
    expect(navOf(session([]), null)).toEqual([]);
  });
});
