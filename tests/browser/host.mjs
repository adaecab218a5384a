// host.mjs - what a web page needs to show our forms in a client of others: one origin that serves that client's modules, hands
// everything below /duban/ on to the gateway in the name of an account, and runs a script in a headless browser.
import http from "node:http";
import fs from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json" };

const PAGE = `<!doctype html><meta charset="utf-8"><title>host</title>
<script type="importmap">{"imports": {"vue": "/modules/vue/dist/vue.esm-browser.prod.js",
 "@getodk/web-forms": "/modules/@getodk/web-forms/dist/index.js",
 "enketo-transformer/web": "/modules/enketo-transformer/dist/enketo-transformer/web/transformer.js",
 "enketo-core": "/enketo-core.js"}}</script><div id="app"></div>`;

async function file(name, answer) {
    const wanted = path.join(here, "node_modules", path.normalize(name));

    try {
        answer.writeHead(200, { "Content-Type": TYPES[path.extname(wanted)] ?? "application/octet-stream" });
        answer.end(await fs.readFile(wanted));
    } catch {
        answer.destroy();
    }
}

/* Enketo's form engine comes as sources that a browser cannot load as they are; nothing in them is changed. */
async function enketo(answer) {
    const contents = 'export { Form } from "enketo-core"; export { default as files } from "enketo-core/src/js/file-manager";';
    const made = await build({ stdin: { contents, resolveDir: here }, bundle: true, format: "esm", write: false, logLevel: "error" });

    answer.writeHead(200, { "Content-Type": TYPES[".js"] }).end(made.outputFiles[0].contents);
}

function hand_on(request, answer, gateway, headers) {
    const target = new URL(request.url.slice("/duban".length), gateway);
    const { host, origin, referer, ...rest } = request.headers;
    const onward = http.request(target, { method: request.method, headers: { ...rest, ...headers } }, (reply) => {
        answer.writeHead(reply.statusCode, reply.headers);
        reply.pipe(answer);
    });

    onward.on("error", () => answer.destroy());
    request.pipe(onward);
}

/** Run script(page, address) in a browser whose page can reach the gateway at /duban/ as that account. */
export async function with_page(gateway, authorization, script) {
    const server = http.createServer((request, answer) => {
        const { pathname } = new URL(request.url, "http://host");

        if (pathname.startsWith("/duban/"))
            hand_on(request, answer, gateway, { authorization, "x-openrosa-version": "1.0" });
        else if (pathname === "/enketo-core.js")
            enketo(answer).catch((error) => answer.destroy(error));
        else if (pathname.startsWith("/modules/"))
            file(pathname.slice("/modules/".length), answer);
        else
            answer.writeHead(200, { "Content-Type": "text/html" }).end(PAGE);
    });

    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    try {
        const page = await browser.newPage({ locale: "zh-CN", timezoneId: "Asia/Shanghai" });

        page.on("pageerror", (error) => console.error("page:", error.message));
        await page.goto(`http://127.0.0.1:${server.address().port}/`);
        return await script(page);
    } finally {
        await browser.close();
        server.close();
        server.closeAllConnections();
    }
}

/** What the gateway's lists say, in the page: path relative to the gateway. */
export const HELPERS = `
    const at_gateway = (address) => "/duban" + new URL(address).pathname + new URL(address).search;
    const read = async (address) => {
        const answer = await fetch(address);
        if (!answer.ok) throw new Error(address + ": " + answer.status);
        return new DOMParser().parseFromString(await answer.text(), "text/xml");
    };
    const texts = (root, name) => [...root.getElementsByTagName(name)].map((one) => one.textContent);
`;
