import { hash } from "node:crypto";
import { LruMap } from "@craic/runtime/lru-map.js";
import { isSameModel, type ModelManifest } from "../models/model-manifest.js";
import type { Served } from "../variants/served.js";
import { FEW_PEOPLE } from "./exploration.js";
import type { LiveState } from "./live-state.js";
import { type ListContents, packContents, unpackContents } from "./packed-list.js";
import type { Algorithm, Arrangement } from "./ranker.js";
import type { Scope } from "./scope.js";

/** What is known of a list but what it holds. */
export interface ListHead {
  /** The id of the recommendation that it was ranked for. */
  readonly listId: string;
  /** "" for nobody in particular. */
  readonly userId: string;
  readonly scope: Scope;
  readonly algorithm: Algorithm;
  /** For which experiment it was ranked, and so with whose model its later pages are. */
  readonly served: Served;
  readonly arrangement: Arrangement;
  /** Not the model itself, which would stay in memory for as long as the list does. */
  readonly modelVersion: string;
  /** Of the model that ranked it; undefined where that is popularity. */
  readonly manifest: ModelManifest | undefined;
  /** When it was ranked: by the clock, by the last change, and by how often what everybody likes had changed. */
  readonly rankedMs: number;
  readonly lastChange: number;
  readonly crowdChanges: number;
  /** Whether the list holds all there was to rank. */
  isComplete: boolean;
}

/**
 * Events ranked for a person, as far down as anybody has looked: in the order of the list, by number, what each was
 * ranked by, those that were put where they are because few have seen them, and why, for the first places, as far as
 * they were shown when the list was ranked. Several recommendations may be answered by it.
 */
export interface RankedList extends ListHead, ListContents {}

export interface ListLimits {
  readonly maxBytes: number;
  /** How long the later pages of a recommendation can be asked for. */
  readonly pagesMs: number;
  /** How long a list answers the same question again; 0 for never. */
  readonly answersMs: number;
}

/** What an entry takes beside the packed list and its key: objects, their strings, the maps' own. */
const ENTRY_BYTES = 610;
/** Of people who state few preferences or none the question is shorter; a digest of it would take longer than the rest. */
const LONGEST_KEY = 200;

/** Share of all likings that may have changed while a list still is what many people like. */
const CROWD_MAY_MOVE = 0.01;

interface Held {
  readonly head: ListHead;
  readonly contents: string;
  /** Of the question that it answers; "" for none. */
  key: string;
  pagesUntilMs: number;
  bytes: number;
}

/**
 * Holds lists, no more of them than so many bytes, for two purposes: for the later pages of the recommendations
 * that they answered, and to answer the same question again while they hold. The one that nobody has needed for
 * longest goes first.
 *
 * A list answers for the model that ranked it alone, and again when a model that ranked before is back. It holds while
 * nothing has changed that would show: anything the person did, any event of the city, an event that a reason rests on,
 * a person taking back a liking that a reason may speak of; and while what everybody likes, anywhere, has changed by no
 * more than one in a hundred likings.
 */
export class RankedLists {
  /** How often a question was answered by a list that was there, and how often not. */
  readonly counts = { hits: 0, misses: 0 };
  /** By id of the list. */
  private readonly held = new LruMap<string, Held>();
  /** By key of the question. */
  private readonly byQuestion = new Map<string, string>();
  private heldBytes = 0;

  constructor(
    private readonly state: LiveState,
    private readonly limits: ListLimits,
  ) {}

  get bytes(): number {
    return this.heldBytes;
  }

  /** Takes a list in, or notes that it has become longer. @param question what it answers; absent for nothing new */
  put(list: RankedList, nowMs: number, question?: string): void {
    const known = this.held.peek(list.listId);
    if (known !== undefined) this.drop(known);
    const contents = packContents(list, this.state.catalogue);
    const key = question === undefined ? keyThatStays(known, list) : keyOf(list.modelVersion, question);
    const held: Held = {
      head: headOf(list),
      contents,
      key,
      pagesUntilMs: known?.pagesUntilMs ?? nowMs + this.limits.pagesMs,
      bytes: ENTRY_BYTES + contents.length + key.length,
    };
    this.held.set(list.listId, held);
    if (key !== "") this.byQuestion.set(key, list.listId);
    this.heldBytes += held.bytes;
    while (this.heldBytes > this.limits.maxBytes) this.drop(this.held.leastRecent!);
  }

  /** The list of a recommendation whose next page is wanted; undefined when it is not held any more. */
  find(listId: string, nowMs: number): RankedList | undefined {
    const found = this.held.peek(listId);
    if (found === undefined || found.pagesUntilMs <= nowMs) return undefined;
    this.held.touch(listId);
    return this.unpacked(found);
  }

  /**
   * A list of this model's that answers the question and still holds; undefined when there is none.
   *
   * @param manifest of the model; absent where that is popularity
   */
  answerTo(
    question: string,
    modelVersion: string,
    nowMs: number,
    manifest?: ModelManifest,
  ): RankedList | undefined {
    const key = keyOf(modelVersion, question);
    const found = this.held.peek(this.byQuestion.get(key) ?? "");
    if (found === undefined) return undefined;
    const list =
      isSameModel(found.head.manifest, manifest) && this.holds(found.head, nowMs)
        ? this.unpacked(found)
        : undefined;
    if (list === undefined || !this.reasonsHold(list)) {
      this.byQuestion.delete(key);
      found.key = "";
      return undefined;
    }
    found.pagesUntilMs = Math.max(found.pagesUntilMs, nowMs + this.limits.pagesMs);
    this.held.touch(found.head.listId);
    return list;
  }

  private unpacked({ head, contents }: Held): RankedList {
    return { ...head, ...unpackContents(contents, this.state.catalogue) };
  }

  private holds(list: ListHead, nowMs: number): boolean {
    const { behaviour, catalogue, changes } = this.state;
    const ageMs = nowMs - list.rankedMs;
    if (ageMs < 0 || ageMs >= this.limits.answersMs) return false;
    if (changes.newest === list.lastChange) return true;
    const user = list.userId === "" ? -1 : behaviour.users.find(list.userId);
    return (
      changes.userChange(user) <= list.lastChange &&
      changes.cityChange(catalogue.findCity(list.scope.cityId)) <= list.lastChange &&
      changes.crowdChanges - list.crowdChanges <= CROWD_MAY_MOVE * changes.likes
    );
  }

  /** Whether what reasons speak of is as it was, and what few had seen is still seen by few. */
  private reasonsHold(list: RankedList): boolean {
    const { behaviour, changes } = this.state;
    if (changes.newest === list.lastChange) return true;
    const isAsItWas = (event: number) => changes.eventChange(event) <= list.lastChange;
    return list.reasons.every((reasons, place) => {
      const event = list.events[place]!;
      if (!isAsItWas(event)) return false;
      if (list.explored.has(event) && behaviour.audience[event]! >= FEW_PEOPLE) return false;
      return reasons.every(({ evidence }) => evidence.every(isAsItWas));
    });
  }

  private drop({ head, key, bytes }: Held): void {
    this.held.delete(head.listId);
    if (this.byQuestion.get(key) === head.listId) this.byQuestion.delete(key);
    this.heldBytes -= bytes;
  }
}

function headOf(list: RankedList): ListHead {
  const { listId, userId, scope, algorithm, served, arrangement, modelVersion, manifest } = list;
  const { rankedMs, lastChange, crowdChanges, isComplete } = list;
  return {
    listId,
    userId,
    scope,
    algorithm,
    served,
    arrangement,
    modelVersion,
    manifest,
    rankedMs,
    lastChange,
    crowdChanges,
    isComplete,
  };
}

/** A list that another model goes on with answers no question any more. */
function keyThatStays(known: Held | undefined, { modelVersion, manifest }: ListHead): string {
  const isItsOwn = known?.head.modelVersion === modelVersion && isSameModel(known.head.manifest, manifest);
  return isItsOwn ? known.key : "";
}

/** Stands for a question to a model: the two themselves, unless they are long. */
function keyOf(modelVersion: string, question: string): string {
  const key = `${modelVersion} ${question}`;
  return key.length <= LONGEST_KEY ? key : hash("sha256", key, "base64url");
}
