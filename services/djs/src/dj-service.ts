import type { ServiceImpl } from "@connectrpc/connect";
import { DjRecordSchema } from "@craic/proto/craic/djs/v1/dj_pb.js";
import type { DjService } from "@craic/proto/craic/djs/v1/dj_service_pb.js";
import { notFound } from "@craic/runtime/errors.js";
import { importLines } from "@craic/runtime/import-lines.js";
import { importedId } from "@craic/runtime/imported-id.js";
import { cutPage, decodePageToken, pageLimit } from "@craic/runtime/page-token.js";
import { distinctNames, searchPatterns } from "@craic/runtime/search-text.js";
import { UUID } from "@craic/runtime/text-rules.js";
import { djFromRecord, djProblems } from "./dj-record.js";
import type { DjStore } from "./dj-store.js";
import { djToProto } from "./dj-to-proto.js";

/** The handlers of craic.djs.v1.DjService; the contract is in its .proto file. */
export function createDjService({
  store,
  now,
}: {
  store: DjStore;
  now: () => Date;
}): ServiceImpl<typeof DjService> {
  return {
    async listDjs({ query, genres, pageSize, pageToken }) {
      const filter = { genres: distinctNames(genres).toSorted(), patterns: searchPatterns(query).toSorted() };
      const [after] = decodePageToken(pageToken, filter, isCursor) ?? [];
      const limit = pageLimit(pageSize);
      const found = await store.list(filter, after, limit + 1);
      const page = cutPage(found, limit, ({ djId }) => [djId], filter);
      return { djs: page.rows.map(djToProto), nextPageToken: page.nextPageToken };
    },

    async getDj({ djId }) {
      const [dj] = await store.find([djId]);
      if (dj === undefined) throw notFound("dj", djId);
      return { dj: djToProto(dj) };
    },

    async batchGetDjs({ djIds }) {
      const found = await store.find(djIds);
      return { djs: found.map(djToProto) };
    },

    importDjs(requests) {
      return importLines(requests, {
        record: DjRecordSchema,
        problemsOf: djProblems,
        contentOf: djFromRecord,
        idOf: ({ source }) => importedId("dj", source),
        save: (entries) => store.save(entries, now()),
      });
    },
  };
}

/** The id of a page's last DJ. */
function isCursor(value: unknown): value is readonly [djId: string] {
  return Array.isArray(value) && value.length === 1 && UUID.test(String(value[0]));
}
