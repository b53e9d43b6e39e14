import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { hashParam, isBelow, portalOfPath, safeReturnPath } from "./paths";
import { redirectFor, signInPath } from "./query";

describe("the way back after signing in", () => {
  it.each(["/admin/users?status=active", "/account#keys", "/"])("%s is a page of the console", (path) => {
    expect(safeReturnPath(path)).toBe(path);
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "admin/users",
    "/sign-in?redirect=/sign-in",
    "/api/v1/session",
    "",
    null,
  ])("%s is refused", (path) => {
    expect(safeReturnPath(path)).toBeNull();
  });

  it("is kept when the session has ended", () => {
    const error = new ApiError({ title: "", status: 401, code: "unauthenticated" });
    const location = { pathname: "/admin/audit", search: "?action=x", hash: "" };
    expect(redirectFor(error, location)).toBe("/sign-in?redirect=%2Fadmin%2Faudit%3Faction%3Dx");
    expect(signInPath("/")).toBe("/sign-in");
  });

  it("wrong credentials and missing permission lead nowhere", () => {
    const location = { pathname: "/sign-in", search: "", hash: "" };
    for (const code of ["invalid_credentials", "forbidden", "unauthenticated", "organization_suspended"]) {
      expect(redirectFor(new ApiError({ title: "", status: 401, code }), location)).toBeNull();
    }
  });

  it("a place where one may not act leads to the start page, which leads nowhere", () => {
    const error = new ApiError({ title: "", status: 403, code: "organization_suspended" });
    expect(redirectFor(error, { pathname: "/admin/users", search: "", hash: "" })).toBe("/");
    expect(redirectFor(error, { pathname: "/", search: "", hash: "" })).toBeNull();
  });

  //
  it("a temporary password leads to changing it, from everywhere", () => {
    const error = new ApiError({ title: "", status: 403, code: "password_change_required" });
    expect(redirectFor(error, { pathname: "/admin/users", search: "", hash: "" })).toBe("/change-password");
    expect(redirectFor(error, { pathname: "/change-password", search: "", hash: "" })).toBeNull();
  });
});

describe("addresses", () => {
  it("are below a page whose name they don't only begin with", () => {
    expect(isBelow("/admin/users/idle-logout", "/admin/users")).toBe(true);
    expect(isBelow("/admin/users", "/admin/users")).toBe(true);
    expect(isBelow("/admin/users-of-old", "/admin/users")).toBe(false);
  });

  // covers D-12
  it("belong to their portal", () => {
    expect(portalOfPath("/admin/users/user_1")).toBe("tenant_admin");
    expect(portalOfPath("/administrator")).toBeNull();
    expect(portalOfPath("/desktop")).toBe("agent_desktop");
    expect(portalOfPath("/operations/agents")).toBe("operations");
    expect(portalOfPath("/account")).toBeNull();
  });

  it("carry one-time tokens in the hash", () => {
    expect(hashParam("#token=a%2Bb&x=1", "token")).toBe("a+b");
    expect(hashParam("", "token")).toBe("");
  });
});
