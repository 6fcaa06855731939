import { createServer, type Server } from "node:http";
import type { Metrics } from "./metrics.js";

/** What the process's own port answers: metrics and the two probes. */
export function createOpsServer(metrics: Metrics, isReady: () => boolean): Server {
  return createServer(async (request, response) => {
    const [path] = (request.url ?? "").split("?");
    const answer = async (): Promise<[status: number, type: string, body: string]> => {
      switch (path) {
        case "/metrics":
          return [200, metrics.contentType, await metrics.metrics()];
        case "/livez":
          return [200, "text/plain", "ok\n"];
        case "/readyz":
          return isReady() ? [200, "text/plain", "ok\n"] : [503, "text/plain", "not ready\n"];
        default:
          return [404, "text/plain", "not found\n"];
      }
    };
    const [status, type, body] = await answer();
    response.writeHead(status, { "content-type": type }).end(body);
  });
}
