import { describe, expect, it } from "vitest";
import { generatePassword, splitName } from "./names";

describe("a full name", () => {
  it("is split at its last word", () => {
    expect(splitName("  Maria  del Carmen Ruiz ")).toEqual({
      first_name: "Maria del Carmen",
      last_name: "Ruiz",
    });
    expect(splitName("Ada")).toEqual({ first_name: "Ada", last_name: "" });
    expect(splitName("   ")).toEqual({ first_name: "", last_name: "" });
  });
});

describe("a generated password", () => {
  it("is another one each time, and readable", () => {
    const all = new Set(Array.from({ length: 200 }, () => generatePassword()));
    expect(all.size).toBe(200);
    for (const one of all) expect(one).toMatch(/^[^\W_0O1lI]{6}-[^\W_0O1lI]{6}-[^\W_0O1lI]{6}$/);
  });

  it("is as long as the policy asks for", () => {
    for (const [least, length] of [
      [8, 20],
      [20, 20],
      [21, 27],
      [27, 27],
      [28, 34],
      [64, 69],
    ] as const) {
      expect(generatePassword(least)).toHaveLength(length);
    }
  });

  it("throws away what would make some characters likelier", () => {
    const answers = [new Uint8Array(32).fill(255), new Uint8Array(32).fill(0)];
    expect(generatePassword(0, () => answers.shift() ?? new Uint8Array(32).fill(1))).toBe(
      "aaaaaa-aaaaaa-aaaaaa",
    );
  });
});
