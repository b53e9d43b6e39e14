import { describe, expect, it } from "vitest";
import { aliasesText, aliasProblem } from "./alias";

describe("an alias", () => {
  it("has at most 60 characters, however many bytes they take", () => {
    expect(aliasProblem("🎉".repeat(60))).toBe("");
    expect(aliasProblem(` ${"é".repeat(60)} `)).toBe("");
    expect(aliasProblem("é".repeat(61))).toBe("1 character too many");
    expect(aliasProblem("x".repeat(63))).toBe("3 characters too many");
  });

  it("is named with its organization", () => {
    const at = (alias: string, name: string) => ({ alias, organization: { name } });
    expect(aliasesText([])).toBe("");
    expect(aliasesText([at("Zoe", "Fabrikam"), at("Anna", "Contoso")])).toBe(
      "Zoe (Fabrikam) and Anna (Contoso)",
    );
  });
});
