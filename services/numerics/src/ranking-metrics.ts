/**
 * How well a ranked list found the items that turned out to be relevant. All take the same arguments.
 *
 * @param ranks places at which the relevant items stand in the list, 1 for the top, each once;
 *   Infinity for one that is not in the list
 * @param k only the first k places of the list count, k ≥ 1
 * @returns 0 to 1; 0 when nothing is relevant
 */
export type RankingMetric = (ranks: readonly number[], k: number) => number;

/** 1 when any relevant item is among the first k. */
export const hitRate: RankingMetric = (ranks, k) => (ranks.some((rank) => rank <= k) ? 1 : 0);

/** Share of the relevant items that are among the first k. */
export const recall: RankingMetric = (ranks, k) =>
  ranks.length === 0 ? 0 : ranks.filter((rank) => rank <= k).length / ranks.length;

/** 1 / rank of the first relevant item, when it is among the first k. */
export const reciprocalRank: RankingMetric = (ranks, k) => {
  const first = Math.min(...ranks);
  return first <= k ? 1 / first : 0;
};

/**
 * Normalised discounted cumulative gain with gain 1 for a relevant item: Σ 1/log2(1 + rank) over the relevant
 * items among the first k, divided by what the best possible list would reach.
 * Source: Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", ACM TOIS 20(4), 2002.
 */
export const ndcg: RankingMetric = (ranks, k) => {
  let gain = 0;
  for (const rank of ranks) if (rank <= k) gain += 1 / Math.log2(1 + rank);
  let ideal = 0;
  for (let rank = 1; rank <= Math.min(k, ranks.length); rank++) ideal += 1 / Math.log2(1 + rank);
  return ideal === 0 ? 0 : gain / ideal;
};
