import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Venue as VenueMessage, VenueSchema } from "@craic/proto/craic/venues/v1/venue_pb.js";
import type { Venue } from "./venue.js";

export function venueToProto(venue: Venue): VenueMessage {
  return create(VenueSchema, {
    venueId: venue.venueId,
    name: venue.name,
    kind: venue.kind,
    address: venue.address,
    cityId: venue.cityId,
    latitude: venue.position?.latitude,
    longitude: venue.position?.longitude,
    url: venue.url,
    source: venue.source,
    updateTime: timestampFromDate(venue.updated),
  });
}
