import type { ServiceImpl } from "@connectrpc/connect";
import { VenueRecordSchema } from "@craic/proto/craic/venues/v1/venue_pb.js";
import type { VenueService } from "@craic/proto/craic/venues/v1/venue_service_pb.js";
import { notFound } from "@craic/runtime/errors.js";
import { importLines } from "@craic/runtime/import-lines.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { cutPage, decodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import { searchPatterns } from "@craic/runtime/search-text.js";
import { UUID } from "@craic/runtime/text-rules.js";
import { venueFromRecord, venueProblems } from "./venue-record.js";
import type { VenueStore } from "./venue-store.js";
import { venueToProto } from "./venue-to-proto.js";

/** The handlers of craic.venues.v1.VenueService; the contract is in its .proto file. */
export function createVenueService({
  store,
  now,
}: {
  store: VenueStore;
  now: () => Date;
}): ServiceImpl<typeof VenueService> {
  return {
    async listVenues({ query, cityId, pageSize, pageToken }) {
      const filter = { cityId, patterns: searchPatterns(query).toSorted() };
      const [after] = decodePageToken(pageToken, filter, isCursor) ?? [];
      const limit = pageLimit(pageSize);
      const found = await store.list(filter, after, limit + 1);
      const page = cutPage(found, limit, ({ venueId }) => [venueId], filter);
      return { venues: page.rows.map(venueToProto), nextPageToken: page.nextPageToken };
    },

    async getVenue({ venueId }) {
      const [venue] = await store.find([venueId]);
      if (venue === undefined) throw notFound("venue", venueId);
      return { venue: venueToProto(venue) };
    },

    async batchGetVenues({ venueIds }) {
      const found = await store.find(venueIds);
      return { venues: found.map(venueToProto) };
    },

    importVenues(requests) {
      return importLines(requests, {
        record: VenueRecordSchema,
        problemsOf: venueProblems,
        contentOf: venueFromRecord,
        idOf: ({ source }) => importedId("venue", source),
        save: (entries) => store.save(entries, now()),
      });
    },
  };
}

/** The id of a page's last venue. */
function isCursor(value: unknown): value is readonly [venueId: string] {
  return Array.isArray(value) && value.length === 1 && UUID.test(String(value[0]));
}
