import { mkdir } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const tags = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];
const folder = new URL("../.artifacts/", import.meta.url).pathname;

/** Looks at what is on screen; goes on after a finding, so that one run tells all of them. */
export type Look = (name: string) => Promise<void>;

/**
 * Checks states of `page` one after the other: WCAG 2.2 AA by axe, light and dark, no sideways
 * scrolling, and a picture of each in .artifacts.
 */
export function looker(page: Page): Look {
  return async (name) => {
    await settle(page);
    const width = page.viewportSize()?.width ?? 0;
    await page.emulateMedia({ colorScheme: "light" });
    expect.soft(await violations(page), `${name}, ${width} px, light`).toEqual([]);
    expect.soft(await sideways(page), `${name}, ${width} px: scrolls sideways`).toEqual([]);
    await picture(page, `${name}-${width}-light`);
    await page.emulateMedia({ colorScheme: "dark" });
    // The console follows by a script, other pages by their style alone.
    await expect(page.locator("html[data-mantine-color-scheme=light]")).toHaveCount(0);
    // Only colours differ.
    expect.soft(await violations(page, ["color-contrast"]), `${name}, ${width} px, dark`).toEqual([]);
    await picture(page, `${name}-${width}-dark`);
    await page.emulateMedia({ colorScheme: "light" });
  };
}

/** Waits until everything that was asked for is on the page. */
async function settle(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeAttached();
  await expect(page.locator(".mantine-Skeleton-root")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const result = await new AxeBuilder({ page })
    // The page has no frames of other origins, and so needs no second page to put results together.
    .setLegacyMode()
    .options({
      runOnly: rules ? { type: "rule", values: rules } : { type: "tag", values: tags },
      resultTypes: ["violations"],
    })
    .analyze();
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.replaceAll(/\s+/g, " ") ?? ""}`),
  );
}

/** What makes the page wider than the window: the innermost elements that reach out, none if it fits. */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    const innermost = wide.filter((element) => !wide.some((other) => other !== element && element.contains(other)));
    return [`${scrollWidth} px`, ...innermost.slice(0, 5).map((element) => element.outerHTML.slice(0, 200))];
  });
}

async function picture(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}${name}.png`, animations: "disabled" });
}

/** The two widths that every screen is looked at in: a desk's and a phone's. */
export const viewports = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
