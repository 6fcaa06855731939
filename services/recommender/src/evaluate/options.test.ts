import { parseOptions } from "./options.js";

const parse = (line: string) => parseOptions(line.split(" "));

describe("parseOptions", () => {
  it("fills in what is not said", () => {
    expect(parse("--data x")).toMatchObject({
      data: "x",
      format: "auto",
      algorithms: undefined,
      negatives: 99,
      windowDays: 30,
      ks: [10, 5, 20],
      metric: "ndcg@10",
      seeds: [1],
    });
  });

  it("takes several algorithms and settings, in one go or one by one", () => {
    const options = parse(
      "--data x --algorithm als,ease --algorithm blend --set als.factors=8,als.iterations=2",
    );
    expect(options!.algorithms).toEqual(["als", "ease", "blend"]);
    expect(options!.settings).toEqual({ als: { factors: 8, iterations: 2 } });
  });

  it("takes what is said twice once", () => {
    const options = parse("--data x --algorithm als,ease,als --algorithm ease --k 5,5 --seeds 2,2");
    expect(options).toMatchObject({ algorithms: ["als", "ease"], ks: [5], seeds: [2] });
  });

  it("is nothing where help is asked for", () => {
    expect(parse("--help")).toBeUndefined();
    expect(parse("-h --data x")).toBeUndefined();
  });

  it.each([
    ["--algorithm als", "--data is missing"],
    ["--data x --algorithm als,sorcery", '--algorithm is "sorcery", not one of random, popularity'],
    ["--data x --set als=3", "--set als=3: expected algorithm.parameter=number"],
    ["--data x --set als.depth=3", "--set als.depth=3: als has no parameter depth; it has factors"],
    ["--data x --set als.factors=many", '--set als.factors is "many", not a number'],
    ["--data x --set als.factors=3.5", "--set als.factors is 3.5, not a whole number from 1 up to 1024"],
    ["--data x --set popularity.halfLifeDays=0", "--set popularity.halfLifeDays is 0, not a number above 0"],
    ["--data x --set successors.damping=-1", "--set successors.damping is -1, not a number from 0 up to"],
    ["--data x --set als.factors=2000", "--set als.factors is 2000, not a whole number from 1 up to 1024"],
    [
      "--data x --set user-knn.weighting=7",
      "--set user-knn.weighting is 7, not a whole number from 0 up to 2",
    ],
    [
      "--data x --set item-knn.neighbours=300000",
      "--set item-knn.neighbours is 300000, not a whole number from",
    ],
    [
      "--data x --set als.regularisation=1e300",
      "--set als.regularisation is 1e300, not a number above 0 up to",
    ],
    ["--data x --set blend.als=2", "--set blend.als is 2, not a whole number from 0 up to 1"],
    ["--data x --threads 100000", '--threads is "100000", not a number from 1 to 256'],
    ["--data x --threads 0", '--threads is "0", not a number from 1 to 256'],
    ["--data x --search als --trials 1e9", '--trials is "1e9", not a number from 1 to'],
    ["--data x --bootstrap 1e9", '--bootstrap is "1e9", not a number from 0 to'],
    ["--data x --format parquet", '--format is "parquet", not one of'],
    ["--data x --split sideways", '--split is "sideways", not one of time'],
    ["--data x --negatives 0", '--negatives is "0", not a number from 1'],
    ["--data x --negatives 2.5", "--negatives is 2.5, not a whole number"],
    ["--data x --test-share 1", '--test-share is "1", not a number from 0.001'],
    ["--data x --k 10,ten", '--k is "ten", not a number'],
    ["--data x --metric ndcg@7", '--metric is "ndcg@7", not one of hit@10'],
    ["--data x --search magic", '--search is "magic", not one of'],
    ["--data x --search als --algorithm als", "--algorithm says nothing beside --search"],
    ["--data x --search als --bootstrap 50", "--bootstrap says nothing beside --search"],
    ["--data x --search als --seeds 1,2", "--seeds has 2 seeds, and --search takes one"],
    ["--data x --trials 5", "--trials says nothing without --search"],
    ["--data x --minutes 5", "--minutes says nothing without --search"],
    ["--data x --colour red", "--colour"],
    ["--data x more", "more"],
  ])("names the option that is wrong: %s", (line, complaint) => {
    expect(() => parse(line)).toThrow(complaint);
  });
});
