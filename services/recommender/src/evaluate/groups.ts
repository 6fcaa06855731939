import type { DataSet } from "./data-set.js";
import type { Split } from "./question.js";

/** A sub-population: the questions that belong to it. */
export interface Group {
  /** What it is a part of: "activity", "place" or "item"; "" for all questions. */
  readonly about: string;
  readonly name: string;
  /** Places of its questions. */
  readonly questions: readonly number[];
}

/** Interactions before the question, from which on somebody belongs to a group. */
const ACTIVITY: readonly (readonly [name: string, from: number])[] = [
  ["new (0–2)", 0],
  ["light (3–19)", 3],
  ["heavy (20+)", 20],
];
/** Places with fewer questions say too little to be shown, and more places than this too much. */
const LEAST_QUESTIONS = 30;
const MOST_PLACES = 8;

/** All questions, and those by how active people are, where the event is and whether the item was known. */
export function groupsOf(data: DataSet, { questions, train }: Split): Group[] {
  const seen = new Uint8Array(data.itemIds.length);
  for (const item of train.items) seen[item] = 1;
  const by = (about: string, nameOf: (place: number) => string | undefined): Group[] => {
    const groups = Map.groupBy(questions.keys(), nameOf);
    return [...groups].flatMap(([name, places]) =>
      name === undefined ? [] : [{ about, name, questions: places }],
    );
  };
  const event = (place: number) => data.details?.[questions[place]!.relevant[0]!]?.event;
  const states = by("state", (place) => {
    const { country = "", region = "" } = event(place) ?? {};
    return region === "" ? country || undefined : `${region}, ${country}`;
  });
  const towns = by("town", (place) => {
    const { town = "", region = "", country = "" } = event(place) ?? {};
    return town === "" ? undefined : `${town}, ${region || country}`;
  });
  const activity = by("activity", (place) => {
    const { history } = questions[place]!;
    return ACTIVITY.findLast(([, from]) => history >= from)![0];
  });
  const novelty = by("item", (place) =>
    questions[place]!.relevant.some((item) => seen[item] === 1) ? "seen in training" : "new item",
  );
  return [
    { about: "", name: "all", questions: [...questions.keys()] },
    ...activity.sort((a, b) => orderOf(a) - orderOf(b)),
    ...(novelty.length > 1 ? novelty : []),
    ...largest(states),
    ...largest(towns),
  ];
}

function orderOf({ name }: Group): number {
  return ACTIVITY.findIndex(([each]) => each === name);
}

function largest(groups: readonly Group[]): Group[] {
  return groups
    .filter(({ questions }) => questions.length >= LEAST_QUESTIONS)
    .sort((a, b) => b.questions.length - a.questions.length)
    .slice(0, MOST_PLACES);
}
