/**
 * "Free", "from €20" or "from €12.50"; undefined when the price is not known.
 *
 * @param minor in the currency's minor unit, whatever its size: 2000 is €20 but ¥2000
 */
export function formatPrice(minor: bigint | undefined, currency: string): string | undefined {
  if (minor === undefined) return undefined;
  if (minor === 0n) return "Free";
  const format = currencyFormat(currency);
  if (format === undefined) return undefined;
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const amount = Number(minor) / 10 ** digits;
  const whole = Number.isInteger(amount);
  return `from ${(whole ? currencyFormat(currency, 0) : format)?.format(amount)}`;
}

function currencyFormat(currency: string, digits?: number): Intl.NumberFormat | undefined {
  try {
    return new Intl.NumberFormat("en-IE", {
      style: "currency",
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  } catch {
    // Not a currency: better no price than a wrong one.
    return undefined;
  }
}
