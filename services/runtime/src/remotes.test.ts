import { createClient } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { createLogger } from "./log.js";
import { createMetrics } from "./metrics.js";
import { createRemotes } from "./remotes.js";

/** The port of a protocol that nobody speaks any more. */
const NOBODY = "127.0.0.1:9";
const OF_GET_KEY_SET = 'peer="auth",service="craic.auth.v1.AuthService",method="GetKeySet"';

describe("createRemotes()", () => {
  it("says in metrics and log when it leaves a service alone that cannot be reached", async () => {
    const lines: string[] = [];
    const log = createLogger("info", "test", { write: (line: string) => lines.push(line) });
    const metrics = createMetrics();
    const settings = { addresses: new Map([["auth", NOBODY]]), maxMessageBytes: 1_000, maxCallsAtOnce: 100 };
    const options = { interceptors: [], tls: undefined, log, metrics };
    const remotes = createRemotes(settings, options);
    const auth = createClient(AuthService, remotes.to("auth")!);
    await Promise.allSettled(Array.from({ length: 40 }, () => auth.getKeySet({})));
    const published = await metrics.metrics();
    expect(published).toMatch(new RegExp(`craic_rpc_client_circuit_state\\{${OF_GET_KEY_SET}\\} [12]`));
    expect(published).toMatch(new RegExp(`craic_rpc_client_retries_total\\{${OF_GET_KEY_SET}\\} [1-9]`));
    expect(published).toMatch(
      new RegExp(`craic_rpc_client_refused_total\\{${OF_GET_KEY_SET},reason="circuit"\\} [1-9]`),
    );
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: "warn",
      peer: "auth",
      rpc: "craic.auth.v1.AuthService/GetKeySet",
      msg: "nearly every call fails: the circuit is open",
    });
    expect(lines).toHaveLength(1);
    remotes.close();
  });

  it("knows nothing of a service whose address is not set", () => {
    const settings = { addresses: new Map(), maxMessageBytes: 1_000, maxCallsAtOnce: 100 };
    const options = {
      interceptors: [],
      tls: undefined,
      log: createLogger("silent", "test"),
      metrics: createMetrics(),
    };
    expect(createRemotes(settings, options).to("auth")).toBeUndefined();
  });
});
