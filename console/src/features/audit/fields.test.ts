import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { changeText, fieldName } from "./fields";

/** Every field whose changes the server records, from its own lists. */
function fields(): string[] {
  const source = readFileSync("../internal/store/auditparts.go", "utf8");
  return ["personalFields", "openFields"].flatMap((name) => {
    const list = source.slice(source.indexOf(`var ${name} = `));
    return [...list.slice(0, list.indexOf("\n}")).matchAll(/"([a-z0-9_]+)": true/g)].map(
      (match) => match[1] ?? "",
    );
  });
}

test("every recorded field has words", () => {
  expect(fields().length).toBeGreaterThan(90);
  expect(fields().filter((field) => fieldName(field) === field)).toEqual([]);
});

test("custom fields have their key, and what is unknown its name", () => {
  expect(fieldName("custom_fields.desk")).toBe("Custom field desk");
  expect(fieldName("something_new")).toBe("something_new");
});

test("values have the words of their field", () => {
  expect(changeText("status", "suspended")).toBe("Suspended");
  expect(changeText("user_type", "bot_admin")).toBe("Bot admin");
  expect(changeText("permissions", ["users.read", "x.y"])).toBe("See users, x.y");
  expect(changeText("name", "active")).toBe("active");
  expect(changeText("roles", null)).toBe("–");
});
