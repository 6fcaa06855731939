import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { createAuthority, issue } from "./certificate.js";
import { der, identifier, integer, time } from "./der.js";

const HOUR_MS = 3_600_000;
const validity = { from: new Date(Date.now() - HOUR_MS), until: new Date(Date.now() + 48 * HOUR_MS) };
const authority = createAuthority("craic.test craic.local", validity);
const names = {
  spiffeId: "spiffe://craic.local/ns/craic/sa/craic-events",
  dns: ["craic-events", "localhost"],
};
const leaf = issue(authority, names, validity);

describe("A certificate", () => {
  it("is good in the eyes of openssl, for both ends and the names that it has", () => {
    const folder = mkdtempSync(join(tmpdir(), "craic-certificate-"));
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const ca = file("ca.pem", authority.certificate);
    const certificate = file("leaf.pem", leaf.certificate);
    const openssl = (...args: string[]) => execFileSync("openssl", args, { encoding: "utf8" });
    for (const purpose of ["sslserver", "sslclient"]) {
      const options = ["-x509_strict", "-purpose", purpose, "-verify_hostname", "craic-events"];
      expect(openssl("verify", ...options, "-CAfile", ca, certificate)).toContain(": OK");
    }
    expect(() => openssl("verify", "-verify_hostname", "craic-auth", "-CAfile", ca, certificate)).toThrow();
    const text = openssl("x509", "-in", certificate, "-noout", "-text");
    expect(text).toMatch(
      /Subject Alternative Name: critical\s+URI:spiffe:\/\/craic\.local\/ns\/craic\/sa\/craic-events, DNS:/,
    );
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    const ofAuthority = openssl("x509", "-in", ca, "-noout", "-text");
    expect(ofAuthority).toMatch(/CA:TRUE, pathlen:0/);
    expect(ofAuthority).toMatch(/Certificate Sign, CRL Sign/);
    rmSync(folder, { recursive: true });
  });

  it("holds for exactly as long as it was said, and belongs to its key", () => {
    const certificate = new X509Certificate(leaf.certificate);
    const toSeconds = (date: Date) => Math.floor(date.getTime() / 1000);
    expect(toSeconds(certificate.validFromDate)).toBe(toSeconds(validity.from));
    expect(toSeconds(certificate.validToDate)).toBe(toSeconds(validity.until));
    expect(certificate.checkPrivateKey(createPrivateKey(leaf.key))).toBe(true);
  });

  it("has a number of its own", () => {
    const numbers = Array.from({ length: 20 }, () => issue(authority, names, validity).certificate);
    expect(new Set(numbers.map((each) => new X509Certificate(each).serialNumber)).size).toBe(20);
  });

  it("lets two ends that trust its authority speak, and no other", async () => {
    const other = issue(createAuthority("another", validity), names, validity);
    const mutual = { ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
    const server = createServer({ ...mutual, cert: leaf.certificate, key: leaf.key }, (socket) =>
      socket.end("hello"),
    );
    server.on("tlsClientError", () => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const greeting = ({ certificate: cert, key } = leaf) =>
      new Promise<string>((resolve) => {
        let heard = "";
        const socket: TLSSocket = connect({ port, host: "localhost", ca: authority.certificate, cert, key });
        socket.on("data", (data) => {
          heard += data;
        });
        // Refused, it may end in any way.
        socket.on("error", () => undefined).once("close", () => resolve(heard));
      });
    expect(await greeting()).toBe("hello");
    expect(await greeting(other)).toBe("");
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("DER", () => {
  it.each([
    [127, "047f"],
    [128, "048180"],
    [255, "0481ff"],
    [256, "04820100"],
    [65_536, "0483010000"],
  ])("gives the length %i in as few bytes as there may be", (length, header) => {
    expect(
      der(0x04, Buffer.alloc(length))
        .subarray(0, header.length / 2)
        .toString("hex"),
    ).toBe(header);
  });

  it.each([
    ["00", "020100"],
    ["0001", "020101"],
    ["7f", "02017f"],
    ["80", "02020080"],
    ["00ff", "020200ff"],
  ])("writes %s as a number that is not negative, and no longer than it must be", (bytes, encoded) => {
    expect(integer(Buffer.from(bytes, "hex")).toString("hex")).toBe(encoded);
  });

  it.each([
    ["1.2.840.10045.4.3.2", "06082a8648ce3d040302"],
    ["2.5.29.17", "0603551d11"],
  ])("writes the identifier %s", (dotted, encoded) => {
    expect(identifier(dotted).toString("hex")).toBe(encoded);
  });

  it("writes instants from 2050 on with four digits for the year", () => {
    expect(time(new Date("2049-12-31T23:59:59.999Z")).toString("latin1").slice(2)).toBe("491231235959Z");
    expect(time(new Date("2050-01-01T00:00:00Z")).toString("latin1").slice(2)).toBe("20500101000000Z");
  });
});
