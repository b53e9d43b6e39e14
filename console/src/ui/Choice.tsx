import { NativeSelect, SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";

type Props = {
  label: string;
  value: string;
  data: { value: string; label: string }[];
  onChange: (value: string) => void;
};

/** One of a few, side by side; a list where there is no room for that. */
export function Choice({ label, value, data, onChange }: Props) {
  const narrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  return narrow ? (
    <NativeSelect
      aria-label={label}
      value={value}
      data={data}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  ) : (
    <SegmentedControl aria-label={label} value={value} data={data} onChange={onChange} />
  );
}
