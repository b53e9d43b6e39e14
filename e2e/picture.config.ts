import { defineConfig } from "@playwright/test";
import base from "./playwright.config";

/** Takes the picture of the README: npm run picture. */
export default defineConfig({
  ...base,
  testDir: ".",
  projects: [{ name: "picture", testMatch: "picture.ts", use: { engine: "sqlite" } as object }],
});
