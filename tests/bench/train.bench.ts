import { compareWithPeers, type Match } from "./beside-peers.js";
import { powerLawInteractions } from "./power-law.js";

const FACTORS = 64;
const ITERATIONS = 15;
const NEIGHBOURS = 100;
const LAMBDA = 300;

const factorisation = (solver: string): Match => ({
  title: `implicit ALS by ${solver}, ${FACTORS} factors, ${ITERATIONS} iterations`,
  ours: "als-training.ts",
  theirs: "implicit_als.py",
  peer: "implicit 0.7",
  args: [`${FACTORS}`, `${ITERATIONS}`, solver],
});

/** Training on a million interactions, as many as MovieLens-1M has. */
export async function bench(): Promise<void> {
  await compareWithPeers(powerLawInteractions(6_040, 3_706, 1_000_209, 1), [
    factorisation("conjugate-gradient"),
    factorisation("cholesky"),
    {
      title: `the ${NEIGHBOURS} nearest users of each, by cosine`,
      ours: "nearest-users.ts",
      theirs: "scikit_nearest_users.py",
      peer: "scikit-learn",
      args: [`${NEIGHBOURS}`],
    },
    {
      title: `EASE, lambda ${LAMBDA}`,
      ours: "ease-training.ts",
      theirs: "numpy_ease.py",
      peer: "numpy",
      args: [`${LAMBDA}`],
    },
  ]);
}
