import { createClient } from "@connectrpc/connect";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { createGrpcTransport } from "@craic/runtime/grpc-transport.js";
import { createRandom } from "../../services/numerics/src/random.js";
import { makeCalls, obey, type Pace, type Paced } from "./pace.js";

// The load on the recommender's own port, in a process of its own so that its CPU time is not the server's.

export interface RecommendOrder extends Pace {
  readonly grpcAddress: string;
  readonly cityId: string;
  /** Access tokens, one a person. */
  readonly tokens: readonly string[];
  readonly seed: number;
}

obey(async ({ grpcAddress, cityId, tokens, seed, ...pace }: RecommendOrder): Promise<Paced> => {
  const transport = createGrpcTransport({ address: grpcAddress, maxMessageBytes: 4_194_304 });
  const { recommend } = createClient(RecommenderService, transport);
  const random = createRandom(seed);
  const paced = await makeCalls(pace, async () => {
    const token = tokens[Math.floor(random() ** 2 * tokens.length)]!;
    const { items, modelVersion } = await recommend(
      { cityId },
      { headers: { authorization: `Bearer ${token}` } },
    );
    // An answer that is fast because it holds little proves nothing.
    if (items.length !== 20 || modelVersion === "popularity") throw new Error("that was no recommendation");
  });
  transport.close();
  return paced;
});
