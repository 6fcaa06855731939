import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { EventSchema } from "@craic/proto/craic/events/v1/event_pb.js";
import { FeedItemSchema } from "@craic/proto/craic/gateway/v1/feed_service_pb.js";
import { listed, spanOf } from "./listed.js";

const item = (eventId: string) => create(FeedItemSchema, { event: { eventId } });

describe("listed()", () => {
  it("keeps the order over all pages, and of an event that comes twice the first", () => {
    const pages = [{ items: [item("b"), item("a")] }, { items: [item("a"), item("c")] }];
    expect(listed(pages).map(({ event }) => event.eventId)).toEqual(["b", "a", "c"]);
  });

  it("leaves out an item without an event", () => {
    expect(listed([{ items: [create(FeedItemSchema)] }])).toEqual([]);
  });
});

describe("spanOf()", () => {
  it("is an event's two instants and its zone", () => {
    const start = new Date("2026-12-12T19:30:00Z");
    const event = create(EventSchema, { startTime: timestampFromDate(start), timeZone: "Europe/Dublin" });
    expect(spanOf(event)).toEqual({ start, end: undefined, zone: "Europe/Dublin" });
  });
});
