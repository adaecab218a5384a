// use_pages.mjs GATEWAY TASK - the pages as somebody uses them on a phone: without script by hand, then with script by a judge (axe-core).
// TASK is JSON: {"link": path of /a/, "fill": words, "press": button, "account", "password", "pages": {name: path}}. Prints {"acted": what
// the answer says, "seen": {name: heading}, "judged": {name: {"looked": did it judge anything, "violations": [...], "wide": too wide for the screen}}}.
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [gateway, text] = process.argv.slice(2);
const task = JSON.parse(text);
const PHONE = { viewport: { width: 360, height: 640 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "zh-CN", baseURL: gateway };
const GRAVE = ["serious", "critical"];

const heading = (page) => page.locator("h1").innerText();

async function sign_in(page) {
    await page.goto("/");
    await page.locator("input[name=account]").fill(task.account);
    await page.locator("input[name=password]").fill(task.password);
    await page.getByRole("button", { name: "登录" }).tap();
    await page.getByRole("button", { name: "退出登录" }).waitFor();
}

async function act(page) {
    await page.goto(task.link);
    const form = page.locator("form", { has: page.getByRole("button", { name: task.press }) });
    await form.locator("textarea").fill(task.fill);
    await form.getByRole("button").tap();
    return page.getByRole("status").innerText();
}

async function judge(page, axe) {
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate("axe.run()");
    return {
        looked: passes.length > 0,
        violations: violations.filter((one) => GRAVE.includes(one.impact)).map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`),
        wide: await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"),
    };
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
    const by_hand = await (await browser.newContext({ ...PHONE, javaScriptEnabled: false })).newPage();
    const acted = await act(by_hand);
    const seen = {}, judged = {};

    await sign_in(by_hand);
    for (const [name, path] of Object.entries(task.pages)) {
        await by_hand.goto(path);
        seen[name] = await heading(by_hand);
    }
    const axe = await fs.readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    const watched = await (await browser.newContext({ ...PHONE, bypassCSP: true })).newPage();
    for (const [name, path] of Object.entries({ link: task.link, login: "/login" })) {
        await watched.goto(path);
        judged[name] = await judge(watched, axe);
    }
    await sign_in(watched);
    for (const [name, path] of Object.entries(task.pages)) {
        await watched.goto(path);
        judged[name] = await judge(watched, axe);
    }
    console.log(JSON.stringify({ acted, seen, judged }));
} finally {
    await browser.close();
}
