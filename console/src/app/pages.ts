import list from "./pages.json";

/** A page of the console by its pattern; the server knows the same list (docs/adr/0025). */
export type PagePath = keyof typeof list;

export type May = (permission: string) => boolean;

/** The portal that a page is in, and what it needs: one permission of each group. */
type Rule = { portal?: string; needs?: string[][] };

const rules: Record<PagePath, Rule> = list;

/** Whether permissions open a page; the portal it is in is another question. */
export function opens(page: PagePath, may: May): boolean {
  return (rules[page].needs ?? []).every((group) => group.some(may));
}

/** The portal that a page is in; undefined for those outside of all. */
export function portalOf(page: PagePath): string | undefined {
  return rules[page].portal;
}
