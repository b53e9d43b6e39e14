import { describe, expect, it } from "vitest";
import { contrast, ensureContrast, parseHex, readableOn, shades, toHex } from "./color";

const brands = [
  "#ffd400",
  "#ffffff",
  "#000000",
  "#0f766e",
  "#ff0066",
  "#7f7f7f",
  "#00ffff",
  "#3b5bdb",
  "#120060",
];

describe("the tenant's colour", () => {
  it.each(brands)("%s always has readable text on it", (brand) => {
    expect(contrast(brand, readableOn(brand))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(brands)("%s becomes readable as text on light and on dark", (brand) => {
    expect(contrast(ensureContrast(brand, "#f1f1f3", 4.6), "#f1f1f3")).toBeGreaterThanOrEqual(4.6);
    expect(contrast(ensureContrast(brand, "#26272b", 4.6), "#26272b")).toBeGreaterThanOrEqual(4.6);
  });

  it("stays as it is where it reads well already", () => {
    expect(ensureContrast("#0f766e", "#ffffff", 4.5)).toBe("#0f766e");
  });

  it("gives ten shades from light to dark", () => {
    const tuple = shades("#0f766e");
    expect(tuple).toHaveLength(10);
    const light = tuple.map((shade) => contrast(shade, "#ffffff"));
    expect([...light].sort((a, b) => a - b)).toEqual(light);
  });

  it("reads only real colours", () => {
    expect(parseHex("#abc")).toEqual(parseHex("#aabbcc"));
    expect(parseHex("url(evil)")).toBeNull();
    expect(toHex([1, 0, 0.5])).toBe("#ff0080");
  });
});
