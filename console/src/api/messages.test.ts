import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ApiError } from "./errors";
import { errorText } from "./messages";

const document = JSON.parse(readFileSync("../docs/openapi.json", "utf8")) as {
  components: { schemas: { Problem: { properties: { reason: { enum: string[] } } } } };
};

/** Every code that the document declares anywhere, by the type of its problem. */
const codes = [
  ...new Set([...JSON.stringify(document).matchAll(/\/errors\/([a-z_]+)/g)].map((m) => m[1] ?? "")),
];
const { enum: reasons } = document.components.schemas.Problem.properties.reason;
const english = "in the words of the server";
const problem = (code: string, reason?: string) =>
  new ApiError({ title: english, detail: english, status: 400, code, reason } as never);

test("every code of the document has words of its own", () => {
  expect(codes.length).toBeGreaterThan(25);
  // Of what is in use, the words name who holds it.
  const silent = codes.filter((code) => code !== "in_use" && errorText(problem(code)) === english);
  expect(silent).toEqual([]);
});

test("every reason of the document has words, rather than those of its code", () => {
  expect(reasons.length).toBeGreaterThan(40);
  const silent = reasons.filter(
    (reason) => errorText(problem("forbidden", reason)) === errorText(problem("forbidden")),
  );
  expect(silent).toEqual([]);
});
