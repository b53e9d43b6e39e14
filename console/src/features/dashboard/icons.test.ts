import { expect, test } from "vitest";
import { tabIconName, tabIcons } from "./icons";

test("every icon says what it shows, in words of their own", () => {
  const names = Object.keys(tabIcons).map((name) => [name, tabIconName(name)] as const);
  expect(names.filter(([name, words]) => words === name)).toEqual([]);
  expect(new Set(names.map(([, words]) => words)).size).toBe(names.length);
});
