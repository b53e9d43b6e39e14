import { expect, it } from "vitest";
import { stateOf } from "./TabFrame";

it("believes only what the page around the frame says", () => {
  expect(stateOf({ type: "retinue:frame", state: "shown" })).toBe("shown");
  expect(stateOf({ type: "retinue:frame", state: "silent" })).toBe("silent");
  expect(stateOf({ type: "retinue:frame", state: "late" })).toBeNull();
  expect(stateOf({ type: "retinue:ready", state: "shown" })).toBeNull();
  expect(stateOf("shown")).toBeNull();
  expect(stateOf(null)).toBeNull();
});
