import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { passwordStrength, personalWords } from "./password";

const known = personalWords(
  { first_name: "Ana", last_name: "Ruiz", email: "anaruiz@example.info" },
  { name: "Kestrel Lane", short_name: "kestrellane" },
);

describe("the password hint", () => {
  //
  it.each([
    ["short1!", "short"],
    ["aaaaaaaaaaaaaa", "simple"],
    ["abcdefghijklmnop", "simple"],
    ["123456789012345", "simple"],
    ["anaruiz-2026", "personal"],
    ["a.n.a.r.u.i.z.2026", "personal"],
    ["plum-Kestrel-river-42", "personal"],
    ["password1234", "simple"],
    ["P@ssw0rd!2026", "simple"],
    ["Passwort-2026!", "simple"],
    ["qwertzuiop12", "simple"],
    ["!!iloveyou2024!", "simple"],
    ["letmeinletmein", "simple"],
    ["x".repeat(257), "long"],
  ])("%s is %s", (password, problem) => {
    expect(passwordStrength(password, known).problem).toBe(problem);
  });

  it("likes long ones of unrelated words, in any script", () => {
    expect(passwordStrength("correct horse battery staple")).toEqual({ score: 4, problem: null });
    expect(passwordStrength("пароль зимний самовар").problem).toBeNull();
    // One common word among others, and the end of an address, make none easy.
    expect(passwordStrength("the admin waters violets", known).problem).toBeNull();
    expect(passwordStrength("letmeinu4ZCTx", known).problem).toBeNull(); // nor does the server refuse it
    expect(passwordStrength("information on violets", known).problem).toBeNull();
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
