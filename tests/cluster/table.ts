type Cell = string | number;

/** Writes a table that people read: numbers with one digit behind the point, columns of one width. */
export function printTable(
  title: string,
  rows: readonly (readonly Cell[])[],
  heads: readonly string[],
): void {
  const lines = [
    heads,
    ...rows.map((row) => row.map((cell) => (typeof cell === "number" ? cell.toFixed(1) : cell))),
  ];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  process.stdout.write(`\n${title}\n${text.join("\n")}\n`);
}
