import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { passwordStrength } from "./password";

describe("the password hint", () => {
  //
  it.each([
    ["short1!", "short"],
    ["aaaaaaaaaaaaaa", "simple"],
    ["abcdefghijklmnop", "simple"],
    ["123456789012345", "simple"],
    ["anaruiz-2026", "personal"],
    ["x".repeat(257), "long"],
  ])("%s is %s", (password, problem) => {
    expect(passwordStrength(password, ["Ana", "Ruiz", "anaruiz@example.org"]).problem).toBe(problem);
  });

  it("likes long ones of unrelated words, in any script", () => {
    expect(passwordStrength("correct horse battery staple")).toEqual({ score: 4, problem: null });
    expect(passwordStrength("пароль зимний самовар").problem).toBeNull();
  });

  it("goes by the length that the organization asks for", () => {
    expect(passwordStrength("plum jacket river", [], 18).problem).toBe("short");
    expect(passwordStrength("plum jacket rivers", [], 18).problem).toBeNull();
  });

  it("shows nothing bad before anything is typed", () => {
    expect(passwordStrength("").score).toBe(0);
  });
});

test("takes as long a password as the server does", () => {
  const policy = readFileSync("../internal/password/policy.go", "utf8");
  const longest = Number(/DefaultMaxLength = (\d+)/.exec(policy)?.[1]);
  const words = "plum jacket 7r under the bridge, ".repeat(20);
  expect(passwordStrength(words.slice(0, longest)).problem).toBeNull();
  expect(passwordStrength(words.slice(0, longest + 1)).problem).toBe("long");
});
