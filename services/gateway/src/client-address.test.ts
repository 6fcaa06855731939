import type { IncomingMessage } from "node:http";
import { clientAddress, isEncrypted, limitedNetwork } from "./client-address.js";

function request(remoteAddress: string, headers: Record<string, string> = {}, encrypted = false) {
  return { socket: { remoteAddress, encrypted }, headers } as unknown as IncomingMessage;
}

describe("clientAddress", () => {
  it("is the peer when no proxy is trusted, whatever the header claims", () => {
    expect(clientAddress(request("192.0.2.1", { "x-forwarded-for": "10.0.0.1" }), 0)).toBe("192.0.2.1");
  });

  it.each([
    [1, "203.0.113.9"],
    [2, "198.51.100.7"],
  ])("with %i trusted proxies is the entry that the outermost of them wrote", (trusted, address) => {
    const forwarded = { "x-forwarded-for": "1.1.1.1, 198.51.100.7, 203.0.113.9" };
    expect(clientAddress(request("10.0.0.2", forwarded), trusted)).toBe(address);
  });

  it("is the leftmost entry when fewer proxies were passed than are trusted", () => {
    expect(clientAddress(request("10.0.0.2", { "x-forwarded-for": "198.51.100.7" }), 3)).toBe("198.51.100.7");
  });

  it.each(["", "unknown", "not, an, address"])("is the peer when the header holds %j", (header) => {
    expect(clientAddress(request("10.0.0.2", { "x-forwarded-for": header }), 1)).toBe("10.0.0.2");
  });

  it("is an IPv4 address without its IPv6 mapping", () => {
    expect(clientAddress(request("::ffff:192.0.2.1"), 0)).toBe("192.0.2.1");
  });
});

describe("isEncrypted", () => {
  it("holds on a TLS connection", () => {
    expect(isEncrypted(request("192.0.2.1", {}, true), 0)).toBe(true);
  });

  it("believes X-Forwarded-Proto only behind a trusted proxy", () => {
    const forwarded = { "x-forwarded-proto": "https" };
    expect(isEncrypted(request("192.0.2.1", forwarded), 1)).toBe(true);
    expect(isEncrypted(request("192.0.2.1", forwarded), 0)).toBe(false);
    expect(isEncrypted(request("192.0.2.1", { "x-forwarded-proto": "http" }), 1)).toBe(false);
  });
});

describe("limitedNetwork", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:0db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("of %s is %s", (address, network) => {
    expect(limitedNetwork(address)).toBe(network);
  });
});
