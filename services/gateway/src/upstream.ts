import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";

/** Clients of the services that the gateway's answers are made from. */
export interface Upstream {
  readonly auth: Client<typeof AuthService>;
  readonly events: Client<typeof EventService>;
  readonly venues: Client<typeof VenueService>;
  readonly cities: Client<typeof CityService>;
  readonly djs: Client<typeof DjService>;
  readonly recommender: Client<typeof RecommenderService>;
  readonly experiments: Client<typeof ExperimentService>;
}

export function createUpstream(transport: Transport): Upstream {
  return {
    auth: createClient(AuthService, transport),
    events: createClient(EventService, transport),
    venues: createClient(VenueService, transport),
    cities: createClient(CityService, transport),
    djs: createClient(DjService, transport),
    recommender: createClient(RecommenderService, transport),
    experiments: createClient(ExperimentService, transport),
  };
}
