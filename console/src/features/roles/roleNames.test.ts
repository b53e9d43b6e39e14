import { expect, test } from "vitest";
import { roleName } from "./roleNames";

test("built-in roles are named by their ids, wherever a reference to one is shown", () => {
  expect(roleName({ id: "role_bot_builder", name: "as the server calls it" })).not.toBe(
    "as the server calls it",
  );
  expect(roleName({ id: "role_01jd8x4s2n9k7m", name: "Night shift" })).toBe("Night shift");
});
