import { expect, test } from "vitest";
import type { AccessOption } from "@/api/types";
import { grantWords, splitGrants } from "./grants";

const option = (id: string, ...permissions: string[]) =>
  ({ id, name: id, description: "", permissions }) as unknown as AccessOption;
const options = [
  option("org_admin"),
  option("home", "dashboard.home"),
  option("knowledge", "dashboard.knowledge", "knowledge.read", "knowledge.manage"),
];

test("a checkbox stands for permissions only when all that it gives is there", () => {
  const { boxes, rest } = splitGrants(["dashboard.home", "knowledge.read", "users.read"], options);
  expect(boxes.map(({ id }) => id)).toEqual(["home"]);
  expect(rest).toEqual(["knowledge.read", "users.read"]);
});

test("permissions are named as people know them, and counted where they are many", () => {
  expect(grantWords([], options)).toBe("");
  expect(grantWords(["dashboard.home", "users.read"], options)).toBe("Home and See users");
  const many = ["users.read", "users.create", "users.update", "users.delete", "users.suspend"];
  expect(grantWords(many, options)).toBe("See users, Add users, Edit users, and 2 more permissions");
});
