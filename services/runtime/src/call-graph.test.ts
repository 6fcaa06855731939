import { AuthService } from "@craic/proto/craic/auth/v1/auth_service_pb.js";
import { EventService } from "@craic/proto/craic/events/v1/event_service_pb.js";
import { callersAllowed, edgesOf, moduleName, OPERATOR } from "./call-graph.js";

describe("the call graph", () => {
  it("has each pair of services once, as the methods' options say", () => {
    expect(edgesOf([EventService, EventService])).toEqual([
      { from: "gateway", to: "events" },
      { from: "recommender", to: "events" },
    ]);
  });

  it("knows a service's folder by its package", () => {
    expect(moduleName(EventService)).toBe("events");
  });

  it("opens to operators what is for administrators, and nothing else", () => {
    expect(callersAllowed(EventService.method.importEvents)).toEqual(new Set([OPERATOR]));
    expect(callersAllowed(EventService.method.watchEvents)).toEqual(new Set(["recommender"]));
    expect(callersAllowed(AuthService.method.logIn)).toEqual(new Set(["gateway"]));
  });
});
