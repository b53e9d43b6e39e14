import { test as base, type Browser, type BrowserContextOptions, expect, type Page } from "@playwright/test";
import { Api } from "./api";
import { watch } from "./guard";
import { type Engine, type Server, startDemo } from "./server";

export type WorkerOptions = { engine: Engine };
type WorkerFixtures = WorkerOptions & { server: Server };

/** Opens a browser of somebody's own, signed in as they are; nobody stays signed out. */
export type Open = (email: string | null, options?: BrowserContextOptions) => Promise<Page>;

type TestFixtures = {
  fresh: undefined;
  open: Open;
  /** The API, called as the demo's first administrator by a program. */
  api: Api;
  /** Adds a person who has chosen the demo's password, and opens a browser signed in as them. */
  openNew: (user: Record<string, unknown> & { email: string }) => Promise<Page>;
};

/** The one password of everybody in the demo. */
export const demoPassword = "violet-harbour-tram-9";

/** People of the demo whose language is English, one of every type; the admin is the demo's first. */
export const people = {
  tenant_admin: { email: "ines.marchetti@kestrellane.example", name: "Ines Marchetti" },
  secondAdmin: { email: "zofia.b@kestrellane.example", name: "Zofia Brzęczyszczykiewicz" },
  bot_admin: { email: "yuki.nakamura@kestrellane.example", name: "Yuki Nakamura" },
  supervisor: { email: "nkechi.okonkwo@kestrellane.example", name: "Nkechi Okonkwo" },
  agent: { email: "kwame.adumensah@kestrellane.example", name: "Kwame Adu-Mensah" },
  analyst: { email: "duarte.vasconcelos@kestrellane.example", name: "Duarte Vasconcelos" },
  viewer: { email: "ruth.abernethy@kestrellane.example", name: "Ruth Abernethy" },
  manager: { email: "tobias.lindqvist@kestrellane.example", name: "Tobias Lindqvist" },
} as const;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  engine: ["sqlite", { option: true, scope: "worker" }],
  server: [
    async ({ engine }, use) => {
      const server = await startDemo(engine);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  fresh: [
    async ({ server }, use) => {
      await server.reset();
      await use(undefined);
    },
    { auto: true, timeout: 60_000 },
  ],
  open: async ({ browser, contextOptions, baseURL, viewport, locale, timezoneId }, use) => {
    const faults: string[] = [];
    const defaults = { ...contextOptions, baseURL, viewport, locale, timezoneId } as BrowserContextOptions;
    await use((email, options) => openPage(browser, faults, email, { ...defaults, ...options }));
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(faults, "no page may show errors or break its security policy").toEqual([]);
  },
  api: async ({ playwright, baseURL }, use) => {
    const request = await playwright.request.newContext(baseURL ? { baseURL } : {});
    const api = new Api(request);
    await api.signIn(people.tenant_admin.email, demoPassword);
    await use(api);
    await request.dispose();
  },
  openNew: async ({ api, open }, use) => {
    await use(async (user) => {
      const { temporary_password = "" } = await api.addUser(user);
      const page = await open(null);
      const theirs = new Api(page.context().request);
      await theirs.signIn(user.email, temporary_password);
      await theirs.choosePassword(demoPassword);
      return page;
    });
  },
});

async function openPage(
  browser: Browser,
  faults: string[],
  email: string | null,
  options: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext(options);
  await watch(context, faults);
  if (email) await new Api(context.request).signIn(email, demoPassword);
  return context.newPage();
}

export { expect };
