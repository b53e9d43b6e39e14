import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { setTimezone } from "@/app/format";
import { changeText, fieldName } from "./fields";

afterEach(() => setTimezone(null));

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
  expect(changeText("permissions", ["users.read (Acme & Co)"])).toBe("See users (Acme & Co)");
  expect(changeText("name", "active")).toBe("active");
  expect(changeText("roles", null)).toBe("–");
});

test("moments and days are as the reader's clock and language have them", () => {
  setTimezone("Asia/Tokyo");
  expect(changeText("until", "2026-12-01T20:30:00Z")).toBe("Dec 2, 2026, 5:30 AM");
  expect(changeText("expires_at", "2026-12-01T20:30:00.123456+02:00")).toBe("Dec 2, 2026, 3:30 AM");
  expect(changeText("custom_fields.starts", "2026-12-01")).toBe("Dec 1, 2026");
  expect(changeText("custom_fields.desk", "2026-12")).toBe("2026-12");
});
