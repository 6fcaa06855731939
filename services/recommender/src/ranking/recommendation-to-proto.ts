import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Algorithm as AlgorithmMessage,
  ReasonKind as KindMessage,
  type ReasonSchema,
  type RecommendedItemSchema,
} from "@craic/proto/craic/recommender/v1/recommendation_pb.js";
import type { Catalogue } from "../catalogue/catalogue.js";
import type { Feature, FeatureKind } from "../catalogue/event-features.js";
import type { Names } from "../catalogue/names.js";
import type { Reason, ReasonKind } from "./explanation.js";
import type { Algorithm } from "./ranker.js";
import { reasonText, sharedText } from "./reason-text.js";
import type { Item } from "./recommend.js";
import type { SimilarEvent } from "./similar-events.js";

const kindMessages: Readonly<Record<ReasonKind, KindMessage>> = {
  popular: KindMessage.POPULAR,
  similarPeople: KindMessage.SIMILAR_PEOPLE,
  genre: KindMessage.GENRE,
  artist: KindMessage.ARTIST,
  venue: KindMessage.VENUE,
  organiser: KindMessage.ORGANISER,
  preferredGenre: KindMessage.PREFERRED_GENRE,
  preferredArtist: KindMessage.PREFERRED_ARTIST,
  soon: KindMessage.SOON,
  relatedTaste: KindMessage.RELATED_TASTE,
  new: KindMessage.NEW,
  together: KindMessage.TOGETHER,
  near: KindMessage.NEAR,
};

const algorithmMessages: Readonly<Record<Algorithm, AlgorithmMessage>> = {
  popularity: AlgorithmMessage.POPULARITY,
  collaborative: AlgorithmMessage.COLLABORATIVE,
  content: AlgorithmMessage.CONTENT,
  blend: AlgorithmMessage.BLEND,
};

type ItemInit = MessageInitShape<typeof RecommendedItemSchema>;
type ReasonInit = MessageInitShape<typeof ReasonSchema>;

export function algorithmToProto(algorithm: Algorithm): AlgorithmMessage {
  return algorithmMessages[algorithm];
}

export function algorithmFromProto(message: AlgorithmMessage): Algorithm {
  switch (message) {
    case AlgorithmMessage.POPULARITY:
      return "popularity";
    case AlgorithmMessage.COLLABORATIVE:
      return "collaborative";
    case AlgorithmMessage.CONTENT:
      return "content";
    case AlgorithmMessage.BLEND:
    case AlgorithmMessage.UNSPECIFIED:
      return "blend";
  }
}

export function itemToProto(item: Item, catalogue: Catalogue, names: Names): ItemInit {
  return {
    eventId: catalogue.eventIdOf(item.event),
    position: item.position,
    score: item.score,
    reasons: item.reasons.map((reason) => reasonToProto(reason, catalogue, names)),
  };
}

export function similarToProto(
  similar: SimilarEvent,
  position: number,
  catalogue: Catalogue,
  names: Names,
): ItemInit {
  return {
    eventId: catalogue.eventIdOf(similar.event),
    position,
    score: similar.similarity,
    reasons: similar.shared.map(({ feature, contribution }) =>
      reasonOf(sharedKind(feature.kind), sharedText(feature, names), contribution, feature),
    ),
  };
}

function reasonToProto(reason: Reason, catalogue: Catalogue, names: Names): ReasonInit {
  const { kind, contribution, about, evidence, people } = reason;
  const eventIds = evidence.length === 0 ? none : evidence.map((event) => catalogue.eventIdOf(event));
  return reasonOf(kindMessages[kind], reasonText(reason, names), contribution, about[0], eventIds, people);
}

/** One literal: twenty items have a hundred of these. */
function reasonOf(
  kind: KindMessage,
  text: string,
  contribution: number,
  subject: Feature | undefined,
  evidenceEventIds = none,
  people = 0,
): ReasonInit {
  return {
    kind,
    text,
    contribution,
    genre: keyIf("genre", subject),
    djId: keyIf("artist", subject),
    venueId: keyIf("venue", subject),
    organiser: keyIf("organiser", subject),
    evidenceEventIds,
    people,
  };
}

const none: string[] = [];

function keyIf(kind: FeatureKind, feature: Feature | undefined): string {
  return feature?.kind === kind ? feature.key : "";
}

function sharedKind(kind: FeatureKind): KindMessage {
  switch (kind) {
    case "genre":
      return KindMessage.GENRE;
    case "artist":
      return KindMessage.ARTIST;
    case "venue":
      return KindMessage.VENUE;
    case "organiser":
      return KindMessage.ORGANISER;
    case "weekday":
    case "hour":
    case "price":
      return KindMessage.SOON;
  }
}
