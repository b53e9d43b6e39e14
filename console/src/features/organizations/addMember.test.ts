import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import { sameAddress } from "@/features/users/queries";
import { isTaken, offeredTypes, stateOf } from "./AddMemberPanel";

const own = { missing: [], wrong: [] };
const draft = (name: string) => ({ name, email: "ada@example.com" });

test("of a name that has one word, the last name is missing", () => {
  expect(stateOf(draft(" "), own)).toBe("Missing: Full name");
  expect(stateOf(draft("Ada"), own)).toBe("Missing: Last name");
  expect(stateOf(draft("Ada Okafor"), own)).toBe("");
});

test("only the types that one may add are offered, the people of clients first", () => {
  const types = [
    { user_type: "supervisor" as const, assignable: true },
    { user_type: "agent" as const, assignable: false },
    { user_type: "member" as const, assignable: true },
  ];
  expect(offeredTypes(types)).toEqual(["member", "supervisor"]);
});

test("a taken address is told from everything else that is refused", () => {
  const refusal = (code: string, pointer: string) =>
    new ApiError({ code, status: 409, errors: [{ pointer, code: "taken", detail: "" }] });
  expect(isTaken(refusal("conflict", "/email"))).toBe(true);
  expect(isTaken(refusal("conflict", "/external_id"))).toBe(false);
  expect(isTaken(refusal("invalid", "/email"))).toBe(false);
  expect(isTaken(null)).toBe(false);
});

test("addresses are the same whatever their case and form", () => {
  expect(sameAddress("Ada@Example.com ", "ada@example.com")).toBe(true);
  expect(sameAddress("ad@example.com", "ada@example.com")).toBe(false);
});
