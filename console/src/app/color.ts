/** Colour arithmetic for the tenant's accent: OKLCH for shades, WCAG 2.2 for contrast. */

type Rgb = [number, number, number];

export function parseHex(hex: string): Rgb | null {
  const match = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(hex.trim());
  const digits = match?.[1];
  if (!digits) return null;
  const full = digits.length === 3 ? [...digits].map((d) => d + d).join("") : digits;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255) as Rgb;
}

export function toHex(rgb: Rgb): string {
  const part = (v: number) =>
    Math.round(Math.min(1, Math.max(0, v)) * 255)
      .toString(16)
      .padStart(2, "0");
  return `#${rgb.map(part).join("")}`;
}

const toLinear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const fromLinear = (v: number) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);

/** Lightness 0 to 1, chroma, hue in radians. */
type Oklch = { l: number; c: number; h: number };

function toOklch(rgb: Rgb): Oklch {
  const [r, g, b] = rgb.map(toLinear) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    c: Math.hypot(a, bb),
    h: Math.atan2(bb, a),
  };
}

function fromOklch({ l, c, h }: Oklch): Rgb {
  const a = c * Math.cos(h);
  const b = c * Math.sin(h);
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    fromLinear(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    fromLinear(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    fromLinear(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ].map((v) => (Number.isFinite(v) ? Math.min(1, Math.max(0, v)) : 0)) as Rgb;
}

function luminance(hex: string): number {
  const rgb = parseHex(hex) ?? [0, 0, 0];
  const [r, g, b] = rgb.map(toLinear) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast ratio of WCAG 2.2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

/** White or near-black, whichever reads better on the colour; always at least 4.5 to 1. */
export function readableOn(background: string): string {
  return contrast(background, "#ffffff") >= 4.5 ? "#ffffff" : "#0b0b0c";
}

/** Moves a colour's lightness away from the background until it has the wanted contrast. */
export function ensureContrast(color: string, background: string, ratio: number): string {
  const rgb = parseHex(color);
  if (!rgb) return color;
  const start = toOklch(rgb);
  const step = luminance(background) > 0.4 ? -0.01 : 0.01;
  let current = toHex(rgb);
  for (let l = start.l; l >= 0 && l <= 1 && contrast(current, background) < ratio; l += step) {
    current = toHex(fromOklch({ ...start, l, c: start.c * Math.min(1, l < 0.3 ? l / 0.3 : (1 - l) / 0.2) }));
  }
  return current;
}

const lightnesses = [0.975, 0.94, 0.885, 0.815, 0.73, 0.65, 0.56, 0.49, 0.42, 0.35];

/** Ten shades of one hue, light to dark, as Mantine wants them. */
export function shades(hex: string): string[] {
  const base = toOklch(parseHex(hex) ?? [0.23, 0.36, 0.86]);
  return lightnesses.map((l) => {
    const room = Math.min(1, (1 - l) / 0.25, l / 0.35);
    return toHex(fromOklch({ l, c: base.c * room, h: base.h }));
  });
}
