import { randomUUID } from "node:crypto";
import { type ClientHttp2Session, connect } from "node:http2";
import {
  create,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { FeedbackKind } from "@craic/proto/craic/recommender/v1/feedback_pb.js";
import {
  RecommenderService,
  type RecommendResponse,
} from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { createRandom } from "../../services/numerics/src/random.js";
import { makeCalls, obey, type Pace, type Paced } from "./pace.js";

// The load on the recommender's own port, in a process of its own so that its CPU time is not the server's. It speaks
// gRPC over bare HTTP/2, and reads most answers no further than their length: a client that took as long as the server
// would be what is measured.

export interface RecommendOrder extends Pace {
  readonly grpcAddress: string;
  readonly cityId: string;
  /** Access tokens, one a person. */
  readonly tokens: readonly string[];
  readonly seed: number;
  /** Everybody in turn, or, left out, some people far more often than others. */
  readonly inTurn?: true;
  /** Share of the calls before which the person opens an event, 0 to 1. */
  readonly feedbackShare?: number;
}

/** One answer in so many is looked at closely. */
const CHECK_EVERY = 50;
/** Twenty items take several times as much. */
const FEWEST_BYTES = 1_500;
const PREFIX_BYTES = 5;
const { recommend, recordFeedback } = RecommenderService.method;

obey(async (order: RecommendOrder): Promise<Paced> => {
  const { grpcAddress, cityId, tokens, seed, inTurn, feedbackShare = 0, ...pace } = order;
  const session = connect(`http://${grpcAddress}`);
  const random = createRandom(seed);
  const request = framed(recommend, { cityId });
  let shown: RecommendResponse | undefined;
  const paced = await makeCalls(pace, async (number) => {
    const person = inTurn ? number % tokens.length : Math.floor(random() ** 2 * tokens.length);
    const token = tokens[person]!;
    if (shown !== undefined && random() < feedbackShare) {
      const { eventId } = shown.items[Math.floor(random() * shown.items.length)]!;
      const feedback = [{ feedbackId: randomUUID(), eventId, kind: FeedbackKind.CLICK }];
      await call(session, recordFeedback, token, framed(recordFeedback, { feedback }));
    }
    const bytes = await call(session, recommend, token, request);
    // An answer that is fast because it holds little proves nothing.
    if (bytes.length < FEWEST_BYTES) throw new Error(`${bytes.length} bytes are no recommendation`);
    if (number % CHECK_EVERY === 0) shown = checked(fromBinary(recommend.output, bytes));
  });
  session.close();
  return paced;
});

function checked(answer: RecommendResponse): RecommendResponse {
  const { items, modelVersion } = answer;
  const isWhole = items.every(({ eventId, reasons }) => eventId !== "" && reasons.length > 0);
  if (items.length !== 20 || !isWhole || modelVersion === "popularity")
    throw new Error("that was no recommendation");
  return answer;
}

/** A message behind its prefix: not compressed, and its length. */
function framed<Method extends DescMethodUnary>(
  { input }: Method,
  init: MessageInitShape<Method["input"]>,
): Buffer {
  const bytes = toBinary(input, create(input, init) as MessageShape<Method["input"]>);
  const frame = Buffer.alloc(PREFIX_BYTES + bytes.length);
  frame.writeUInt32BE(bytes.length, 1);
  frame.set(bytes, PREFIX_BYTES);
  return frame;
}

/** One unary call; the bytes of the message that answers it. */
function call(
  session: ClientHttp2Session,
  method: DescMethodUnary,
  token: string,
  frame: Buffer,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": `/${method.parent.typeName}/${method.name}`,
      "content-type": "application/grpc",
      te: "trailers",
      authorization: `Bearer ${token}`,
    });
    const chunks: Buffer[] = [];
    let problem = "the answer has no status";
    const readStatus = (headers: Record<string, unknown>) => {
      const status = headers["grpc-status"];
      if (status !== undefined) problem = status === "0" ? "" : `${status} ${headers["grpc-message"]}`;
    };
    stream.on("response", readStatus);
    stream.on("trailers", readStatus);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () => {
      if (problem !== "") reject(new Error(problem));
      else resolve(Buffer.concat(chunks).subarray(PREFIX_BYTES));
    });
    stream.end(frame);
  });
}
