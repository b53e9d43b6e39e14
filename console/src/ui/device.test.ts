import { describe, expect, it } from "vitest";
import { deviceText } from "./device";

describe("what somebody used", () => {
  it.each([
    ["Firefox", "Linux", "Firefox on Linux"],
    ["curl", "", "curl"],
    ["", "iPad", "A browser on iPad"],
    ["", "", ""],
  ])("%s and %s are %s", (browser, system, words) => {
    expect(deviceText({ browser, system })).toBe(words);
  });
});
