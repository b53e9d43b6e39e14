import { existsSync } from "node:fs";
import type { LaunchOptions } from "@playwright/test";

/** The shell draws no windows around the pages: the tests take half the time. */
const shell = "/usr/bin/chromium-headless-shell";

/** The system's Chromium, without what it would ask of the internet by itself. */
export const chromium: LaunchOptions = {
  executablePath: process.env.RETINUE_CHROMIUM ?? (existsSync(shell) ? shell : "/usr/bin/chromium"),
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};
