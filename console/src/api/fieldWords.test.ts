import { readdirSync, readFileSync } from "node:fs";
import { i18n } from "@lingui/core";
import { afterEach, expect, test } from "vitest";
import { messages } from "../locales/en.po";
import { exactText, fieldText, fieldWords } from "./fieldWords";

const server = "../internal";

/** The ways in which the server's sources give a field its code. */
const patterns = [
  /InvalidField\(.+?, "([a-z_]+)",/g,
  /Pointer: [^\n]*?Code: "([a-z_]+)"/g,
  /iam\.Field\{Code: "([a-z_]+)"/g,
  /ImportRow\{[^\n]*?Code: "([a-z_]+)"/g,
  /\.[Aa]dd\([^,\n]+, "([a-z_]+)", (?:"|fmt\.)/g,
  /\badd\("[a-z_]+", "([a-z_]+)", /g,
  /\b(?:wrong|problem|badAddress)\("([a-z_]+)"/g,
  /return "([a-z_]+)", (?:"|fmt\.)/g,
  /(?:Code|Address)[A-Z]\w* += "((?:(?:password|photo)_)?[a-z_]+)"/g,
  /MalformedCode = [^\n]*?"([a-z_]+)"$/gm,
];
/** Where a code stands between two texts: the table of what is wrong with requests. */
const table = /\{"[^"]+", "([a-z_]+)", "/g;

/** Packages whose errors never reach a form: made-up data, tests, rules of the sources. */
const apart = /^(?:arch|demo|people|store|iam|cmd)\//;

function codesOfTheServer(): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(server, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".go") || name.endsWith("_test.go") || apart.test(name)) continue;
    const text = readFileSync(`${server}/${name}`, "utf8");
    for (const pattern of name === "api/validation.go" ? [...patterns, table] : patterns) {
      for (const match of text.matchAll(pattern)) found.add(match[1] ?? "");
    }
  }
  return [...found];
}

afterEach(() => i18n.loadAndActivate({ locale: "en", messages }));

test("every code that the server's sources give a field has words", () => {
  const codes = codesOfTheServer();
  expect(codes.length).toBeGreaterThan(75);
  expect(codes).toEqual(
    expect.arrayContaining(["turned_around", "nothing_suggested", "photo_type", "cells", "type"]),
  );
  expect(codes.filter((code) => fieldWords(code) === undefined)).toEqual([]);
});

test("the server's exact English is for those who read English only", () => {
  const exact = "Organizations can be nested 10 deep.";
  expect(fieldText("too_deep", exact)).toBe(exact);
  expect(fieldText("required", exact)).toBe("This is required.");
  expect(exactText("taken", exact)).toBe(exact);
  i18n.loadAndActivate({ locale: "de", messages });
  expect(fieldText("too_deep", exact)).toBe(fieldWords("too_deep"));
  expect(exactText("taken", exact)).toBe("This is already taken.");
  expect(fieldText("not_known_here", exact)).toBe(exact);
});
