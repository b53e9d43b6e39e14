import type { LaunchOptions } from "@playwright/test";

/** The system's Chromium, without what it would ask of the internet by itself. */
export const chromium: LaunchOptions = {
  executablePath: process.env.RETINUE_CHROMIUM ?? "/usr/bin/chromium",
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
