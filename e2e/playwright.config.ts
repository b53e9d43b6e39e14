import { defineConfig } from "@playwright/test";
import { chromium } from "./support/browser";
import type { WorkerOptions } from "./support/test";

const hasPostgres = Boolean(process.env.RETINUE_TEST_POSTGRES);
if (!hasPostgres && process.env.CI) {
  throw new Error("RETINUE_TEST_POSTGRES is not set: run these tests with scripts/with-postgres.sh");
}
// Workers read this file too; only the first process says it.
if (!hasPostgres && process.env.TEST_WORKER_INDEX === undefined) {
  console.log("RETINUE_TEST_POSTGRES is not set: the journeys run on SQLite only.");
}

export default defineConfig<object, WorkerOptions>({
  outputDir: "test-results",
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  // A machine that stalls for half a minute is no bug of ours. What passes only at the second try is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: chromium,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // Nothing moves, so nothing has to be waited for.
    contextOptions: { reducedMotion: "reduce" },
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    // Recording costs a third of the time: RETINUE_E2E_TRACE=1 when a failure is hard to understand.
    trace: process.env.RETINUE_E2E_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "sqlite", testMatch: ["journeys/**/*.spec.ts", "screens/**/*.spec.ts"], use: { engine: "sqlite" } },
    ...(hasPostgres
      ? [{ name: "postgres", testMatch: ["journeys/**/*.spec.ts"], use: { engine: "postgres" as const } }]
      : []),
  ],
});
