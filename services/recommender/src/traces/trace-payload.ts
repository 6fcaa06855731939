import { promisify } from "node:util";
import { deflateRaw, inflateRaw } from "node:zlib";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Trace, TraceSchema } from "@craic/proto/craic/recommender/v1/trace_pb.js";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** A tenth larger than at the usual level, in two thirds of the time. */
const FASTEST = { level: 1 };

/** More than any trace comes to: a payload that says otherwise is not one of ours. */
const MOST_BYTES = 16 * 1_048_576;

/**
 * A trace as it is kept: the Protobuf message, deflated (RFC 1951), which the same reasons, words and ids in
 * many items make worth while: some 2 KB for 20 items. Compressed by another thread.
 */
export async function packTrace(trace: Trace): Promise<Uint8Array> {
  return deflate(toBinary(TraceSchema, trace), FASTEST);
}

/** Throws if the bytes are not those of a trace. */
export async function unpackTrace(payload: Uint8Array): Promise<Trace> {
  return fromBinary(TraceSchema, await inflate(payload, { maxOutputLength: MOST_BYTES }));
}
