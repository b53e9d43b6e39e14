import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ApiError } from "./errors";
import { errorText, formErrorText } from "./messages";

const document = JSON.parse(readFileSync("../docs/openapi.json", "utf8")) as {
  components: { schemas: { Problem: { properties: { reason: { enum: string[] } } } } };
};

/** Every code that the document declares anywhere, by the type of its problem. */
const codes = [
  ...new Set([...JSON.stringify(document).matchAll(/\/errors\/([a-z_]+)/g)].map((m) => m[1] ?? "")),
];
const { enum: reasons } = document.components.schemas.Problem.properties.reason;
const english = "in the words of the server";
const problem = (code: string, reason?: string) =>
  new ApiError({ title: english, detail: english, status: 400, code, reason } as never);

test("every code of the document has words of its own", () => {
  expect(codes.length).toBeGreaterThan(25);
  // Of what is in use, the words name who holds it.
  const silent = codes.filter((code) => code !== "in_use" && errorText(problem(code)) === english);
  expect(silent).toEqual([]);
});

test("every reason of the document has words, rather than those of its code", () => {
  expect(reasons.length).toBeGreaterThan(40);
  const silent = reasons.filter(
    (reason) => errorText(problem("forbidden", reason)) === errorText(problem("forbidden")),
  );
  expect(silent).toEqual([]);
});

const invalid = (...errors: { pointer: string; code: string; detail: string }[]) =>
  new ApiError({ status: 422, code: "invalid", detail: english, errors });
const deep = { pointer: "/parent_id", code: "too_deep", detail: "Choose a parent further up." };
const name = { pointer: "/name", code: "required", detail: "" };

test("a refusal of a field says so where no form does", () => {
  expect(errorText(invalid(deep))).toBe(deep.detail);
  expect(formErrorText(invalid(name, deep), ["name"])).toBe(deep.detail);
  expect(formErrorText(invalid(name), ["name"])).toBe("");
  expect(formErrorText(problem("last_admin", "last_org_admin"), ["name"])).toContain("Org Admin");
});

test("a refusal without fields says its reason", () => {
  expect(errorText(problem("invalid", "organization_is_suspended"))).toContain(
    "The organization is suspended",
  );
  expect(errorText(problem("locked", "locked_above"))).not.toContain("Built-in roles");
  expect(errorText(problem("locked"))).toContain("Built-in roles");
  const admins = ["last_tenant_admin", "last_role_admin", "last_org_admin", "last_in_charge"];
  expect(new Set(admins.map((reason) => errorText(problem("last_admin", reason)))).size).toBe(4);
});

test("permissions that are missing are called by their names", () => {
  const lacks = (more: object) => errorText(new ApiError({ status: 403, code: "forbidden", ...more }));
  expect(lacks({ missing_permission: "users.suspend" })).toContain("“Suspend and reactivate users”");
  const missing_permissions = ["users.read", "audit.read", "teams.read", "roles.read"];
  const text = lacks({ code: "escalation", reason: "more_than_yours", missing_permissions });
  expect(text).toContain("Missing: See users, Read the audit log, See teams, and …");
});

test("what is in use by invitations alone says so", () => {
  const text = errorText(
    new ApiError({ status: 409, code: "in_use", holders: [], holders_count: 0, invitations_count: 2 }),
  );
  expect(text).toContain("2 pending invitations");
});
