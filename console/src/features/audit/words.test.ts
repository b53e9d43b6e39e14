import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { actionText } from "./words";

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
