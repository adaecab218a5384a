// Verifies one request with the library of Standard Webhooks, as a receiver would.
//
//   node verify_webhook.mjs < {"secret": "whsec_...", "headers": {...}, "body": "text"}
//
// Prints the payload that the library returns, or {"error": why}. The library is found in the folder where this copy is.
import { Webhook } from "standardwebhooks";
import { readFileSync } from "node:fs";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));

try {
    console.log(JSON.stringify({ payload: new Webhook(secret).verify(body, headers) }));
} catch (error) {
    console.log(JSON.stringify({ error: String(error.message) }));
}
