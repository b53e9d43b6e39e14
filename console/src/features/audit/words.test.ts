import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { actionOptions, groupOf } from "./actionGroups";
import { actionText, failureText, kindName } from "./words";

/** Every action that the server records, from its own list. */
function actions(): string[] {
  const source = readFileSync("../internal/audit/service.go", "utf8");
  const list = source.slice(source.indexOf("var actions = "));
  return [...list.slice(0, list.indexOf("\n}")).matchAll(/"([a-z_]+\.[a-z_]+)"/g)].map(
    (match) => match[1] ?? "",
  );
}

test("every recorded action has words", () => {
  expect(actions().length).toBeGreaterThan(60);
  expect(actions().filter((action) => actionText(action) === action)).toEqual([]);
});

test("every recorded action stands in a group, once, and by its words there", () => {
  expect(actions().filter((action) => groupOf(action) === "other")).toEqual([]);
  const options = actionOptions(["user.updated", "team.deleted", "user.created", "x.y", "session.created"]);
  expect(options.map(({ group, items }) => [group, ...items.map(({ label }) => label)])).toEqual([
    ["Sign-in", "Signed in"],
    ["People", "Added a user", "Edited a user"],
    ["Teams", "Deleted a team"],
    ["Other", "x.y"],
  ]);
  expect(actionOptions(actions()).flatMap(({ items }) => items)).toHaveLength(actions().length);
});

/** Every reason that a failed sign-in is recorded with, from the server's sources. */
function failures(): string[] {
  const folder = "../internal/sessions";
  const files = readdirSync(folder).filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  const source = files.map((name) => readFileSync(`${folder}/${name}`, "utf8")).join("\n");
  const given = [
    ...source.matchAll(/refuse\(ctx, try, "([a-z_]+)"/g),
    ...source.matchAll(/\breason = "([a-z_]+)"/g),
    ...source.matchAll(/audit\.Failed\(.*"([a-z_]+)"\)/g),
  ].map((match) => match[1] ?? "");
  // What a sign-in is refused with after the password was right is a code of the API.
  const codes = ["throttled", "account_suspended", "tenant_suspended", "password_expired", "no_organization"];
  return [...given, ...codes, "not_a_member", "organization_suspended"];
}

test("every reason of a failure has words", () => {
  expect(failures()).toEqual(expect.arrayContaining(["wrong_password", "unknown_account", "ip_refused"]));
  expect(failures().filter((reason) => failureText(reason) === reason)).toEqual([]);
  expect(failureText("Helping with a report")).toBe("Helping with a report");
});

/** Every kind of thing that an event can be about, from the server's sources. */
function kinds(): string[] {
  const files = readdirSync("../internal", { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"));
  const found = sources.flatMap((name) => [
    ...readFileSync(`../internal/${name}`, "utf8").matchAll(/\bTarget\{Type: "([a-z_]+)"/g),
  ]);
  return [...new Set(found.map((match) => match[1] ?? ""))];
}

test("every kind of thing and of actor has words", () => {
  const actors = ["user", "api_key", "system", "operator", "anonymous"];
  expect(kinds()).toEqual(expect.arrayContaining(["organization", "role", "session"]));
  expect([...kinds(), ...actors].filter((kind) => kindName(kind) === kind)).toEqual([]);
});
