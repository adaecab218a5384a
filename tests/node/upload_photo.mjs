// Uploads one file with tus-js-client, as an app over a bad network would.
//
//   node upload_photo.mjs ENDPOINT TOKEN FILE '{"report": "7", "name": "a.jpg"}' [STOP_AFTER [UPLOAD_URL]]
//
// In pieces of 20,000 bytes. STOP_AFTER (0 = never): break off when that many have been taken. UPLOAD_URL: go on with that one.
// Prints {"url", "state": "done"|"stopped"|"failed", "why", "from"}; from: where it went on.
import { readFileSync } from "node:fs";
import * as tus from "tus-js-client";

const [endpoint, token, file, metadata, stopAfter = "0", uploadUrl = null] = process.argv.slice(2);
let from = null;

function end(state, why = "") {
    console.log(JSON.stringify({ url: upload.url, state, why, from }));
}

const upload = new tus.Upload(readFileSync(file), {
    endpoint, uploadUrl, metadata: JSON.parse(metadata), headers: { Authorization: `Bearer ${token}` }, chunkSize: 20000,
    retryDelays: [100, 100, 100], storeFingerprintForResuming: false,
    onBeforeRequest: request => {
        const offset = request.getHeader("Upload-Offset");

        if (request.getMethod() === "PATCH" && from === null)
            from = Number(offset);
    },
    onChunkComplete: (size, taken) => {
        if (Number(stopAfter) > 0 && taken >= Number(stopAfter))
            upload.abort().then(() => end("stopped"));
    },
    onSuccess: () => end("done"),
    onError: error => end("failed", String(error)),
});

upload.start();
