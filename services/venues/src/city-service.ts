import type { ServiceImpl } from "@connectrpc/connect";
import { CityRecordSchema } from "@craic/proto/craic/venues/v1/city_pb.js";
import type { CityService } from "@craic/proto/craic/venues/v1/city_service_pb.js";
import { notFound } from "@craic/runtime/errors.js";
import { importLines } from "@craic/runtime/import-lines.js";
import { cutPage, decodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import { searchPatterns } from "@craic/runtime/search-text.js";
import { cityFromRecord, cityProblems } from "./city-record.js";
import type { CityCursor, CityStore } from "./city-store.js";
import { cityToProto } from "./city-to-proto.js";

/** The handlers of craic.venues.v1.CityService; the contract is in its .proto file. */
export function createCityService({ store }: { store: CityStore }): ServiceImpl<typeof CityService> {
  return {
    async listCities({ query, countryCode, pageSize, pageToken }) {
      const filter = { countryCode, patterns: searchPatterns(query).toSorted() };
      const after = decodePageToken(pageToken, filter, isCursor);
      const limit = pageLimit(pageSize);
      const found = await store.list(filter, after, limit + 1);
      const page = cutPage(found, limit, ({ population, cityId }) => [population, cityId], filter);
      return { cities: page.rows.map(cityToProto), nextPageToken: page.nextPageToken };
    },

    async getCity({ cityId }) {
      const [city] = await store.find([cityId]);
      if (city === undefined) throw notFound("city", cityId);
      return { city: cityToProto(city) };
    },

    async batchGetCities({ cityIds }) {
      const found = await store.find(cityIds);
      return { cities: found.map(cityToProto) };
    },

    importCities(requests) {
      return importLines(requests, {
        record: CityRecordSchema,
        problemsOf: cityProblems,
        contentOf: cityFromRecord,
        idOf: ({ cityId }) => cityId,
        save: (entries) => store.save(entries),
      });
    },
  };
}

function isCursor(value: unknown): value is CityCursor {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    Number.isSafeInteger(value[0]) &&
    typeof value[1] === "string"
  );
}
