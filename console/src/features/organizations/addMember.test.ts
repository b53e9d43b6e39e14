import { expect, test } from "vitest";
import { stateOf } from "./AddMemberPanel";

const own = { missing: [], wrong: [] };
const draft = (name: string) => ({ name, email: "ada@example.com", password: "", access: [] });

test("of a name that has one word, the last name is missing", () => {
  expect(stateOf(draft(" "), own)).toBe("Missing: Full name");
  expect(stateOf(draft("Ada"), own)).toBe("Missing: Last name");
  expect(stateOf(draft("Ada Okafor"), own)).toBe("");
});
