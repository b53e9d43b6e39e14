import pages from "../../console/src/app/pages.json" with { type: "json" };
import { looker, viewports } from "../support/screen";
import { expect, people, test } from "../support/test";

test.describe.configure({ mode: "parallel" });

type Rule = { portal?: string; needs?: string[][] };

/** The pages of a portal that need no id, as they are opened; those with one have tests of their own. */
function pagesOf(portal: string): string[] {
  return Object.entries(pages as Record<string, Rule>)
    .filter(([path, rule]) => rule.portal === portal && !path.includes("$"))
    .map(([path]) => path);
}

const portals = [
  { portal: "tenant_admin", as: people.tenant_admin.email },
  { portal: "operations", as: people.supervisor.email },
  { portal: "agent_desktop", as: people.agent.email },
  { portal: "analytics", as: people.analyst.email },
  { portal: "dashboard", as: "tamsin.entwistle@brightdesk.example" },
];

for (const viewport of viewports) {
  for (const { portal, as } of portals) {
    test(`every page of ${portal}, ${viewport.width} px`, async ({ open }) => {
      test.slow();
      const page = await open(as, { viewport });
      const look = looker(page);
      const paths = pagesOf(portal);
      expect(paths.length).toBeGreaterThan(0);
      for (const path of paths) {
        expect((await page.goto(path))?.status(), path).toBe(200);
        await expect(page.getByText("You don't have access to this page")).toHaveCount(0);
        await look(`page${path.replaceAll("/", "-")}`);
      }
    });
  }
}
