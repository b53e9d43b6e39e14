import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import type { CustomField } from "@/api/types";
import { setTimezone } from "@/app/format";
import { stateWords } from "@/features/users/AddUserPanel";
import { fieldPatch, formOf, moved, newField } from "./fieldForm";
import {
  changedValues,
  draftOf,
  missingValues,
  newValues,
  refusedValues,
  showValue,
  wrongValues,
} from "./values";

function field(key: string, kind: CustomField["kind"], more: Partial<CustomField> = {}): CustomField {
  const times = { created_at: "2026-03-02T09:30:00Z", updated_at: "2026-03-02T09:30:00Z" };
  const plain = { id: `field_${key}`, label: key, required: false, in_table: false, choices: [], version: 1 };
  return { ...plain, ...times, key, kind, ...more };
}

const choices = [
  { value: "care", label: "Customer care" },
  { value: "quality", label: "Quality" },
];
const fields = [
  field("department", "choice", { choices }),
  field("number", "text", { required: true }),
  field("desk", "number"),
  field("first_day", "date"),
  field("driver", "boolean"),
];

describe("the company's own fields in a form", () => {
  // covers E-12
  it("go to the API with their types, and only when there is something", () => {
    const draft = { department: "care", number: " N-1 ", desk: "4.50", driver: "false", first_day: "" };
    expect(newValues(fields, draft)).toEqual({ department: "care", number: "N-1", desk: 4.5, driver: false });
  });

  it("come back as they were, and change nothing by themselves", () => {
    const before = draftOf({ department: "care", desk: -4.5, driver: true, gone: "x" });
    expect(changedValues(fields, before, { ...before })).toBeNull();
    expect(changedValues(fields, before, { ...before, desk: "-4.50" })).toBeNull();
    expect(changedValues(fields, before, { ...before, driver: "", desk: "0", number: "1" })).toEqual({
      driver: null,
      desk: 0,
      number: "1",
    });
  });

  it("name what is missing of people, but not of programs", () => {
    expect(missingValues(fields, { number: " " }, "agent").map((entry) => entry.key)).toEqual(["number"]);
    expect(missingValues(fields, {}, "service")).toEqual([]);
    expect(stateWords(["email"], [], { missing: ["number"], wrong: [] })).toBe("Missing: E-mail and number");
    expect(stateWords([], [], { missing: [], wrong: ["desk"] })).toBe("To correct: desk");
  });

  it.each([
    ["12", true],
    ["-0.5", true],
    ["123456789012345", true],
    ["1234567890123456", false],
    ["1,5", false],
    ["four", false],
    ["1e3", false],
  ])("take %s for a number: %s", (text, ok) => {
    expect(Object.keys(wrongValues(fields, { desk: text }))).toEqual(ok ? [] : ["desk"]);
  });

  it("show what the server refused at the field", () => {
    const errors = [
      { pointer: "/custom_fields/desk", code: "invalid_number", detail: "Enter a number." },
      { pointer: "/email", code: "taken", detail: "" },
    ];
    expect(refusedValues(new ApiError({ code: "invalid", status: 422, errors }))).toEqual({
      desk: "Enter a number.",
    });
    expect(refusedValues(new Error("no"))).toEqual({});
  });

  it("are read by people", () => {
    const show = (key: string, value: string | number | boolean) =>
      showValue(fields.find((entry) => entry.key === key) as CustomField, value);
    expect(show("department", "care")).toBe("Customer care");
    expect(show("department", "gone")).toBe("gone");
    expect(show("driver", false)).toBe("No");
    expect(show("desk", 1234.5)).toBe("1,234.5");
    expect(show("first_day", "2026-03-02")).toContain("2026");
    expect(showValue(field("x", "text"), undefined)).toBe("");
  });
});

describe("the form of a field", () => {
  const department = fields[0] as CustomField;

  it("makes a field, with choices only where it has some", () => {
    const form = { ...formOf(null), label: " Desk " };
    expect(newField(form)).toEqual({ label: "Desk", kind: "text", required: false, in_table: false });
    const list = [
      { id: 1, value: "", label: " Care " },
      { id: 2, value: "", label: " " },
    ];
    expect(newField({ ...form, kind: "choice", choices: list })).toMatchObject({
      choices: [{ label: "Care" }],
    });
  });

  it("saves only what changed; a renamed choice keeps its value", () => {
    const form = formOf(department);
    expect(fieldPatch(form, { ...form, label: "department " })).toBeNull();
    const renamed = form.choices.map((choice) => ({ ...choice, label: choice.label.toUpperCase() }));
    expect(fieldPatch(form, { ...form, required: true, choices: renamed })).toEqual({
      required: true,
      choices: [
        { value: "care", label: "CUSTOMER CARE" },
        { value: "quality", label: "QUALITY" },
      ],
    });
  });

  it("moves choices", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  });
});

// covers E-12
it.each(["Pacific/Kiritimati", "America/Los_Angeles"])("a day is the same one in %s", (zone) => {
  setTimezone(zone);
  expect(showValue(field("first_day", "date"), "2026-03-02")).toBe("Mar 2, 2026");
  setTimezone(null);
});
