import { createClient, createRouterTransport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { createKeySet } from "./key-set.js";

function setUp() {
  let nowMs = 0;
  const counted = { calls: 0, down: false };
  const transport = createRouterTransport((router) =>
    router.service(AuthService, {
      getKeySet() {
        counted.calls++;
        if (counted.down) throw new Error("down");
        return { keys: [{ kid: "k1", kty: "OKP", crv: "Ed25519", x: "abc" }] };
      },
    }),
  );
  const keySet = createKeySet(createClient(AuthService, transport), () => new Date(nowMs));
  return {
    keySet,
    counted,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("KeySet", () => {
  it("is the auth service's keys as a JSON Web Key Set", async () => {
    expect(JSON.parse(await setUp().keySet.json())).toEqual({
      keys: [{ kid: "k1", kty: "OKP", crv: "Ed25519", x: "abc", use: "sig", alg: "EdDSA" }],
    });
  });

  it("asks the auth service once a minute", async () => {
    const { keySet, counted, advance } = setUp();
    await keySet.json();
    advance(59_999);
    await keySet.json();
    expect(counted.calls).toBe(1);
    advance(1);
    await keySet.json();
    expect(counted.calls).toBe(2);
  });

  it("rejects while the keys cannot be had, and asks again the next time", async () => {
    const { keySet, counted } = setUp();
    counted.down = true;
    await expect(keySet.json()).rejects.toThrow();
    counted.down = false;
    await expect(keySet.json()).resolves.toContain("k1");
  });
});
