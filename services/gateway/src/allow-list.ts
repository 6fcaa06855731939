import type { DescService } from "@bufbuild/protobuf";
import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { ExperimentService } from "@craic/proto/craic/experiments/v1/experiment_service_pb.js";
import { RecommenderService } from "@craic/proto/craic/recommender/v1/recommender_service_pb.js";
import { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";

/** The methods of other services that may be called through the gateway; all others are UNIMPLEMENTED there. */
export const allowList: readonly AllowedMethods[] = [
  allow(AuthService, [
    "register",
    "logIn",
    "refresh",
    "logOut",
    "getUser",
    "getPreferences",
    "updatePreferences",
    "getKeySet",
  ]),
  allow(RecommenderService, [
    "recommend",
    "similarEvents",
    "recordFeedback",
    "listSavedEvents",
    "batchGetEventStates",
    "getModelInfo",
  ]),
  allow(EventService, ["listEvents", "getEvent", "batchGetEvents", "listGenres", "countEventsByCity"]),
  allow(VenueService, ["listVenues", "getVenue", "batchGetVenues"]),
  allow(CityService, ["listCities", "getCity", "batchGetCities"]),
  allow(DjService, ["listDjs", "getDj", "batchGetDjs"]),
  // For the page of those who run experiments.
  allow(ExperimentService, [
    "listExperiments",
    "getExperiment",
    "startExperiment",
    "pauseExperiment",
    "stopExperiment",
    "listExperimentChanges",
    "getResults",
  ]),
];

export interface AllowedMethods {
  readonly service: DescService;
  /** By local name, unary ones only. */
  readonly methods: readonly string[];
}

type UnaryMethods<S extends DescService> = {
  [Name in keyof S["method"]]: S["method"][Name] extends { methodKind: "unary" } ? Name : never;
}[keyof S["method"]];

function allow<S extends DescService>(
  service: S,
  methods: readonly (UnaryMethods<S> & string)[],
): AllowedMethods {
  return { service, methods };
}
