import type { IncomingMessage } from "node:http";
import { isIP, isIPv6 } from "node:net";

/**
 * The address a request comes from. Each trusted proxy in front of this process has appended to
 * X-Forwarded-For whom it got the request from; what stands further left anybody may have written.
 *
 * @param trustedProxies how many proxies of ours a request passes, 0 when clients connect directly
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const peer = request.socket.remoteAddress ?? "";
  if (trustedProxies === 0) return plain(peer);
  const hops = forwardedValues(request, "x-forwarded-for");
  const claimed = plain(hops[Math.max(0, hops.length - trustedProxies)] ?? "");
  return isIP(claimed) === 0 ? plain(peer) : claimed;
}

/** Whether the client's side of the connection is encrypted, as the proxy nearest to it says. */
export function isEncrypted(request: IncomingMessage, trustedProxies: number): boolean {
  if ("encrypted" in request.socket && request.socket.encrypted === true) return true;
  if (trustedProxies === 0) return false;
  return forwardedValues(request, "x-forwarded-proto")[0] === "https";
}

/**
 * What a client is limited by: its address, or for IPv6 the /64 it is in, since one household or machine
 * has all of that to choose from.
 */
export function limitedNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const leading = head === "" ? [] : head.split(":");
  const trailing = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - leading.length - trailing.length);
  const groups = [...leading, ...Array<string>(zeros).fill("0"), ...trailing].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** Without the prefix that a dual-stack socket puts before IPv4 addresses. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

function forwardedValues(request: IncomingMessage, name: string): string[] {
  const header = request.headers[name];
  const text = Array.isArray(header) ? header.join(",") : (header ?? "");
  return text.split(",").map((value) => value.trim());
}
