import { readProcessSettings } from "./process-settings.js";
import { type Environment, Settings, SettingsError } from "./settings.js";

function read(environment: Environment, ...modules: { name: string; calls?: string[] }[]) {
  const settings = new Settings(environment);
  const start = async () => ({ registrations: [], close: async () => {} });
  const whole = modules.map((module) => ({ ...module, configure: () => ({}), start }));
  const read = readProcessSettings(settings, whole);
  settings.check();
  return read;
}

describe("readProcessSettings()", () => {
  it("needs nothing where everything is hosted here", () => {
    const { addresses, grpcPort, bind, tls, tracing } = read(
      {},
      { name: "auth" },
      { name: "events", calls: ["auth"] },
    );
    expect([...addresses]).toEqual([]);
    expect({ grpcPort, bind, tls, tracing }).toEqual({ grpcPort: 50_051, bind: "127.0.0.1" });
  });

  it("needs the address of each service that is called and hosted elsewhere, and of auth for its keys", () => {
    expect(() => read({}, { name: "gateway", calls: ["events", "gateway"] })).toThrow(
      new SettingsError(["CRAIC_AUTH_ADDR is not set", "CRAIC_EVENTS_ADDR is not set"]),
    );
  });

  it.each([
    "events:50051",
    "10.0.0.1:1",
    "[::1]:50051",
    "dns:///events.craic.svc:50051",
    "unix:/run/events.sock",
  ])("takes %s for an address", (address) => {
    const { addresses } = read(
      { CRAIC_AUTH_ADDR: "auth:50051", CRAIC_EVENTS_ADDR: address },
      { name: "djs" },
    );
    expect(addresses.get("events")).toBe(address);
  });

  it.each(["events", "http://events:50051", "events:", ":50051", "events:port"])(
    "does not take %s for one",
    (address) => {
      expect(() => read({ CRAIC_AUTH_ADDR: address }, { name: "djs" })).toThrow(
        new SettingsError([`CRAIC_AUTH_ADDR is "${address}", not of the form host:port`]),
      );
    },
  );
});
