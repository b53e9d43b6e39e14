import { afterEach, describe, expect, it, vi } from "vitest";
import { downloadHref } from "@/api/client";
import type { User } from "@/api/types";
import { actIn } from "@/app/acting";
import { saveProfile } from "@/features/account/ProfileForm";
import { profileOf } from "@/features/account/profile";
import { saveUser } from "./EditUserPanel";
import { isPhone, valuesOf } from "./userForm";

const ana = {
  id: "user_1",
  first_name: "Ana",
  last_name: "Ruiz",
  email: "ana@example.org",
  user_type: "agent",
  status: "active",
  roles: [
    { id: "role_a", code: "a", name: "A" },
    { id: "role_b", code: "b", name: "B" },
  ],
  organizations: [
    { id: "org_1", name: "One" },
    { id: "org_2", name: "Two" },
  ],
  here: {
    organization: { id: "org_1", name: "One" },
    roles: [{ id: "role_a", code: "a", name: "A" }],
    permissions: [],
    includes_descendants: false,
  },
  version: 1,
} as unknown as User;

/** A server that takes the change and refuses the photo once. */
function server() {
  const seen: string[] = [];
  let refused = false;
  const answer = (body: unknown, status: number) =>
    new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(input, "http://x.example"), init);
    seen.push(`${request.method} ${request.headers.get("If-Match") ?? ""}`.trim());
    if (request.method === "PATCH") return answer({ ...ana, first_name: "Anna", version: 2 }, 200);
    if (refused) return answer({ ...ana, first_name: "Anna", version: 3 }, 200);
    refused = true;
    return answer({ code: "invalid", status: 422 }, 422);
  });
  return seen;
}

afterEach(() => {
  vi.unstubAllGlobals();
  actIn("");
});

const photo = new Blob(["x"], { type: "image/png" });

describe("saving a person with a photo", () => {
  it("goes on after a photo that was refused, without a conflict", async () => {
    const seen = server();
    let base = ana;
    const values = { ...valuesOf(ana), first_name: "Anna" };
    const saved = (now: User) => {
      base = now;
    };
    await expect(saveUser(base, values, null, photo, base.version, saved)).rejects.toThrow();
    expect(base.version).toBe(2);
    await saveUser(base, values, null, photo, base.version, saved);
    expect(seen).toEqual(['PATCH "1"', "PUT", "PUT"]);
  });

  it("does the same with one's own", async () => {
    const seen = server();
    let me = ana;
    const profile = { ...profileOf(ana), first_name: "Anna" };
    const saved = (now: User) => {
      me = now;
    };
    await expect(saveProfile(me, profile, "", photo, saved)).rejects.toThrow();
    await saveProfile(me, profile, "", photo, saved);
    expect(seen).toEqual(['PATCH "1"', "PUT", "PUT"]);
  });
});

describe("the roles in the form", () => {
  it("are those of the organization in which one acts", () => {
    expect(valuesOf(ana).role_ids).toEqual(["role_a"]);
    expect(valuesOf({ ...ana, here: null } as unknown as User).role_ids).toEqual([]);
  });
});

describe("a phone number", () => {
  it.each([
    ["+49 30 901820", true],
    ["555 0100 x12", true],
    ["*21#", true],
    ["030,,12", true],
    ["1", true],
    ["#", false],
    ["call me", false],
    ["1".repeat(41), false],
  ])("%s is right: %s, as on the server", (value, ok) => {
    expect(isPhone(value)).toBe(ok);
  });
});

describe("a download", () => {
  it("says where this tab acts", () => {
    expect(downloadHref("/users/export", { format: "csv", search: "" })).toBe(
      "/api/v1/users/export?format=csv",
    );
    actIn("org_1");
    expect(downloadHref("/users/export", { format: "csv" })).toBe(
      "/api/v1/users/export?format=csv&organization=org_1",
    );
  });
});
