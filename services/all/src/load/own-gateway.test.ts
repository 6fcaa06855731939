import { isOwnGateway } from "./own-gateway.js";

describe("a target of load", () => {
  it.each([
    "http://craic-gateway:8080",
    "http://craic-all.craic.svc:8080",
    "http://craic-all.craic.svc.cluster.local:8080",
    "http://localhost:8080",
    "http://127.0.0.1:8080",
    "http://[::1]:8080",
    "http://10.43.0.17:8080",
    "http://172.31.0.1",
  ])("may be %s", (origin) => {
    expect(isOwnGateway(origin)).toBe(true);
  });

  it.each([
    "http://example.org",
    "http://www.example.org:8080",
    "http://craic.svc.example.org",
    "http://a.craic.svc.cluster.local.example.org",
    "https://craic-gateway",
    "http://93.184.216.34",
    "http://172.32.0.1",
    "craic-gateway:8080",
    "",
  ])("may not be %j", (origin) => {
    expect(isOwnGateway(origin)).toBe(false);
  });
});
