/** How the console is proven in a browser: one at a time, never twice, against real servers. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { defineConfig } from "@playwright/test";

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

/** The system's browser: none is downloaded. */
function browser(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const path of BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return "/usr/bin/chromium";
}

export default defineConfig({
  testDir: "e2e",
  outputDir: "e2e/artefacts/failures",
  workers: 1,
  retries: 0,
  forbidOnly: true,
  // Two slow processors that are busy with calls; a test that passes takes seconds.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["./e2e/fixtures/reporter.ts"]],
  use: {
    locale: "en-US",
    actionTimeout: 15_000,
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: browser(),
      // Chromium's sandbox does not work for root, who runs the tests in a container.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
