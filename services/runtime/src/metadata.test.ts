import { Metadata } from "@grpc/grpc-js";
import { headersFromMetadata, metadataFromHeaders } from "./metadata.js";

describe("metadataFromHeaders()", () => {
  it.each([
    ["an object", { "X-Name": "a", "x-data-bin": "AAEC/w" }],
    [
      "pairs",
      [
        ["X-Name", "a"],
        ["x-data-bin", "AAEC/w"],
      ] as [string, string][],
    ],
    ["headers", new Headers({ "X-Name": "a", "x-data-bin": "AAEC/w" })],
  ])("reads %s, with -bin values as bytes", (_, source) => {
    const metadata = metadataFromHeaders(source);
    expect(metadata.get("x-name")).toEqual(["a"]);
    expect(metadata.get("x-data-bin")).toEqual([Buffer.from([0, 1, 2, 255])]);
  });

  it("keeps several values of one name apart where their bytes are", () => {
    const headers = new Headers();
    headers.append("x-data-bin", "AA");
    headers.append("x-data-bin", "AQ==");
    expect(metadataFromHeaders(headers).get("x-data-bin")).toEqual([Buffer.from([0]), Buffer.from([1])]);
  });

  it.each([
    "grpc-timeout",
    "content-type",
    "te",
    "host",
    "connection",
    "transfer-encoding",
    "content-length",
  ])("leaves %s to gRPC", (name) => {
    expect(metadataFromHeaders([[name, "x"]]).toJSON()).toEqual({});
  });
});

describe("headersFromMetadata()", () => {
  it("writes bytes in base64 without padding, and back", () => {
    const metadata = new Metadata();
    metadata.add("x-name", "a");
    metadata.add("x-name", "b");
    metadata.add("x-data-bin", Buffer.from([0]));
    metadata.add("grpc-status-details-bin", Buffer.from([1]));
    const headers = headersFromMetadata(metadata);
    expect([...headers].sort()).toEqual([
      ["x-data-bin", "AA"],
      ["x-name", "a, b"],
    ]);
    expect(metadataFromHeaders(headers).get("x-data-bin")).toEqual([Buffer.from([0])]);
  });
});
