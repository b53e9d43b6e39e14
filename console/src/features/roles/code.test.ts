import { describe, expect, it } from "vitest";
import { codeFromName } from "./code";

describe("the code made from a role's name", () => {
  // covers E-09
  it.each([
    ["Night shift lead", "night_shift_lead"],
    ["  Árbitro de  Calidad! ", "arbitro_de_calidad"],
    ["Größe & Maß", "grosse_mass"],
    ["Łódź Øst", "lodz_ost"],
    ["R2-D2 / C-3PO", "r2_d2_c_3po"],
    ["夜勤", ""],
    ["___", ""],
  ])("%s → %s", (name, code) => {
    expect(codeFromName(name)).toBe(code);
  });

  it("is at most 64 characters and never ends in an underscore", () => {
    const code = codeFromName(`${"a".repeat(63)} tail`);
    expect(code).toBe("a".repeat(63));
  });
});
