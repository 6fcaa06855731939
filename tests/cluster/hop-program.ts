// Runs in a pod of the test cluster, by Node alone: makes one call after the other over one connection, each at its
// time, and prints how long each took, in milliseconds, as JSON.

import { readFileSync } from "node:fs";
import { connect } from "node:http2";

const [origin = "", beginsAt = "", everyMs = "", calls = ""] = process.argv.slice(2);
/** For which the connection is made, and the programs at both ends get warm. */
const WARM_UP_CALLS = 300;
const read = (file: string) => readFileSync(`/certificates/${file}`);
const tls = origin.startsWith("https:")
  ? // The certificate is for the service; the pod that answers has an address of its own.
    { cert: read("tls.crt"), key: read("tls.key"), ca: read("ca.crt"), checkServerIdentity: () => undefined }
  : {};
const session = connect(origin, tls);

/** Asks whether the server is healthy. */
function call(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = session.request({
      ...{ ":method": "POST", ":path": "/grpc.health.v1.Health/Check" },
      ...{ "content-type": "application/grpc", te: "trailers" },
    });
    let status = "";
    const note = (headers: NodeJS.Dict<string | string[]>) => {
      status = `${headers["grpc-status"] ?? status}`;
    };
    request.on("response", note).on("trailers", note).on("error", reject).resume();
    request.on("end", () => (status === "0" ? resolve() : reject(new Error(`gRPC status ${status}`))));
    request.end(Buffer.alloc(5));
  });
}

for (let i = 0; i < WARM_UP_CALLS; i++) await call();
const tookMs: number[] = [];
for (let i = 0; i < Number(calls); i++) {
  const due = Number(beginsAt) + i * Number(everyMs);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
  const sent = performance.now();
  await call();
  tookMs.push(performance.now() - sent);
}
process.stdout.write(JSON.stringify(tookMs));
session.close();
