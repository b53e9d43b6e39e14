/** Where a square sits on a picture: its centre as a share of the picture, and how far it is zoomed in. */
export type Crop = { x: number; y: number; zoom: number };

export const centred: Crop = { x: 0.5, y: 0.5, zoom: 1 };

/** The edge of the pictures the console sends; the server makes its own sizes of them. */
const outputSize = 512;

type Square = { left: number; top: number; size: number };

/** The square of a picture that a crop shows, in its own pixels, always wholly inside the picture. */
export function squareOf(width: number, height: number, crop: Crop): Square {
  const size = Math.min(width, height) / Math.max(1, crop.zoom);
  const place = (centre: number, length: number) =>
    Math.min(Math.max(centre * length - size / 2, 0), length - size);
  return { left: place(crop.x, width), top: place(crop.y, height), size };
}

/** Moves a crop by a distance on screen; `viewSize` is the edge of the square on screen. */
export function moved(
  crop: Crop,
  width: number,
  height: number,
  dx: number,
  dy: number,
  viewSize: number,
): Crop {
  const square = squareOf(width, height, crop);
  const scale = square.size / viewSize;
  const centre = (start: number, delta: number, length: number) =>
    Math.min(Math.max((start + square.size / 2 - delta * scale) / length, 0), 1);
  const next = { ...crop, x: centre(square.left, dx, width), y: centre(square.top, dy, height) };
  const inside = squareOf(width, height, next);
  return { ...next, x: (inside.left + inside.size / 2) / width, y: (inside.top + inside.size / 2) / height };
}

export function draw(canvas: HTMLCanvasElement, image: ImageBitmap, crop: Crop): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { left, top, size } = squareOf(image.width, image.height, crop);
  context.imageSmoothingQuality = "high";
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, left, top, size, size, 0, 0, canvas.width, canvas.height);
}

/** The cropped square as a picture to send. PNG keeps transparency; a photo is smaller as JPEG. */
export function cropped(image: ImageBitmap, crop: Crop, type: string): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = outputSize;
  canvas.height = outputSize;
  draw(canvas, image, crop);
  const output = type === "image/png" ? "image/png" : "image/jpeg";
  return new Promise((resolve) => canvas.toBlob(resolve, output, 0.9));
}
