/** A choice of one: the options with their labels, in a row of chips. */
export function RadioChips<Option extends string | number>({
  name,
  options,
  chosen,
  onChoose,
}: {
  name: string;
  options: readonly (readonly [Option, string])[];
  chosen: string | number;
  onChoose: (option: Option) => void;
}) {
  return options.map(([option, label]) => (
    <label key={option} className="chip">
      <input type="radio" name={name} checked={chosen === option} onChange={() => onChoose(option)} />
      {label}
    </label>
  ));
}
