import { readFileSync } from "node:fs";
import { i18n } from "@lingui/core";
import { afterEach, expect, test } from "vitest";
import { messages } from "../locales/en.po";
import { failureText, problemText } from "./failures";

type Property = { enum?: string[] };
const { schemas } = (
  JSON.parse(readFileSync("../docs/openapi.json", "utf8")) as {
    components: { schemas: Record<string, { properties: Record<string, Property> }> };
  }
).components;
const codesOf = (schema: string, property: string) =>
  (schemas[schema]?.properties[property]?.enum ?? []).filter(Boolean);
const english = "in the words of the server";

afterEach(() => i18n.loadAndActivate({ locale: "en", messages }));

test("every code of what ended has words in the reader's language", () => {
  i18n.load("de", messages);
  i18n.activate("de"); // not the language of the server's texts
  const failures = [...codesOf("Export", "failed_code"), ...codesOf("Import", "failed_code")];
  const problems = codesOf("AccessReviewRow", "problem_code");
  expect(failures.length).toBeGreaterThan(15);
  expect(problems.length).toBeGreaterThan(10);
  const said = failures.map((code) => failureText({ failed_code: code, failed_reason: english }));
  expect(said.filter((text) => text === english)).toEqual([]);
  const told = problems.map((code) => problemText({ problem_code: code, problem: english }));
  expect(told.filter((text) => text === english)).toEqual([]);
  expect(new Set([...said, ...told]).size).toBe(failures.length + problems.length);
});

test("what ended before there were codes says what it always said", () => {
  expect(failureText({ failed_code: "", failed_reason: english })).toBe(english);
  expect(problemText({ problem_code: "", problem: english })).toBe(english);
  expect(failureText({ failed_code: "", failed_reason: null })).toBe("");
  expect(problemText({ problem_code: "", problem: "" })).toBe("");
});
