import { describe, expect, it } from "vitest";
import { centred, moved, squareOf } from "./crop";

describe("cropping a photo", () => {
  it("starts with the largest square in the middle", () => {
    expect(squareOf(400, 300, centred)).toEqual({ left: 50, top: 0, size: 300 });
    expect(squareOf(100, 900, centred)).toEqual({ left: 0, top: 400, size: 100 });
  });

  it("never leaves the picture, however far it is dragged", () => {
    for (const [dx, dy] of [
      [9999, 9999],
      [-9999, -9999],
      [30, -500],
    ] as const) {
      const crop = moved({ ...centred, zoom: 2.5 }, 640, 480, dx, dy, 288);
      const { left, top, size } = squareOf(640, 480, crop);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(left + size).toBeLessThanOrEqual(640);
      expect(top + size).toBeLessThanOrEqual(480);
    }
  });

  it("follows the finger: dragging right shows what is further left", () => {
    const crop = moved({ ...centred, zoom: 2 }, 600, 600, 30, 0, 300);
    expect(squareOf(600, 600, crop).left).toBe(120);
  });
});
