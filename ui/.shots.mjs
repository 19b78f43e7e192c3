import { chromium } from "@playwright/test";
const base = process.argv[2];
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const c = await b.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light", locale: "en-US" });
const p = await c.newPage();
p.on("console", m => { if (m.type() === "error") console.log("console", m.text().slice(0, 200)); });
p.on("pageerror", e => console.log("pageerror", String(e).slice(0, 300)));
await p.goto(base); await p.waitForSelector("form");
await p.screenshot({ path: "/tmp/p/shots/first.png" });
const ins = p.locator("input"); const n = await ins.count();
await p.getByLabel(/^Name/).fill("anna");
const pw = p.locator('input[type=password]'); await pw.nth(0).fill("seven trains to Passau"); await pw.nth(1).fill("seven trains to Passau");
await p.locator("button.primary").click(); await p.waitForSelector("nav");
for (const [name, path] of [["now","/"],["rooms","/rooms"],["room","/rooms/800"],["live","/rooms/800/live"],["music","/music"],["calls","/calls"],["settings","/settings"],["users","/settings/users"],["tokens","/settings/tokens"],["audit","/settings/audit"]]) {
  await p.goto(base + path); await p.waitForTimeout(700);
  await p.screenshot({ path: `/tmp/p/shots/${name}.png` });
}
await p.goto(base + "/calls"); await p.waitForTimeout(500);
const link = p.locator('a[href^="/calls/"]').first(); if (await link.count()) { await link.click(); await p.waitForTimeout(700); await p.screenshot({ path: "/tmp/p/shots/call.png", fullPage: true }); }
await b.close();
