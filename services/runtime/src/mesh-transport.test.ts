import { Code, createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { createLocalTransport } from "./local-transport.js";
import { createMeshTransport } from "./mesh-transport.js";
import { type Registration, register } from "./module.js";

const here = register(AuthService, { getKeySet: () => ({ keys: [{ kid: "from here" }] }) });
const elsewhere = transportTo(
  register(AuthService, { getKeySet: () => ({ keys: [{ kid: "from elsewhere" }] }) }),
);

function transportTo(...registrations: Registration[]): Transport {
  return createLocalTransport({ registrations, maxMessageBytes: 10_000 });
}

/** The id of the key that is answered with: it says where from. */
async function askedOver(options: {
  started: Registration[];
  hosted: string[];
  addresses: string[];
  caller?: string;
}): Promise<string> {
  const transport = createMeshTransport({
    registrations: options.started,
    hosted: new Set(options.hosted),
    local: transportTo(...options.started),
    remote: (name) => (options.addresses.includes(name) ? elsewhere : undefined),
    caller: options.caller,
  });
  const { keys } = await createClient(AuthService, transport).getKeySet({});
  return keys[0]!.kid;
}

describe("createMeshTransport()", () => {
  it("calls a service in this process where it is hosted here, whatever its address", async () => {
    expect(await askedOver({ started: [here], hosted: ["auth"], addresses: ["auth"] })).toBe("from here");
  });

  it("calls a service that is hosted elsewhere at its address", async () => {
    expect(await askedOver({ started: [], hosted: ["events"], addresses: ["auth"] })).toBe("from elsewhere");
  });

  it("is UNAVAILABLE for a service of this process that is not up yet", async () => {
    await expect(askedOver({ started: [], hosted: ["auth"], addresses: ["auth"] })).rejects.toMatchObject({
      code: Code.Unavailable,
      rawMessage: "craic.auth.v1.AuthService is not up yet",
    });
  });

  it("names the setting that would say where a service is", async () => {
    await expect(askedOver({ started: [], hosted: [], addresses: [] })).rejects.toMatchObject({
      code: Code.Unavailable,
      rawMessage: "craic.auth.v1.AuthService is not hosted here and CRAIC_AUTH_ADDR is not set",
    });
  });

  it.each([
    ["in this process", { started: [here], hosted: ["auth"], addresses: [] }],
    ["elsewhere", { started: [], hosted: [], addresses: ["auth"] }],
  ])("lets a module call only what names it among its callers, %s", async (_, where) => {
    await expect(askedOver({ ...where, caller: "events" })).resolves.toMatch(/^from/);
    await expect(askedOver({ ...where, caller: "web" })).rejects.toMatchObject({
      code: Code.PermissionDenied,
      rawMessage: "web may not call craic.auth.v1.AuthService/GetKeySet",
    });
  });

  it("finds a service that comes up later", async () => {
    const started: Registration[] = [];
    const transport = createMeshTransport({
      registrations: started,
      hosted: new Set(["auth"]),
      local: createLocalTransport({ registrations: started, maxMessageBytes: 10_000 }),
      remote: () => undefined,
    });
    const client = createClient(AuthService, transport);
    await expect(client.getKeySet({})).rejects.toMatchObject({ code: Code.Unavailable });
    started.push(here);
    expect((await client.getKeySet({})).keys).toHaveLength(1);
  });
});
