/** Small bars on a scale that all accounts share, so that heights compare. */
export function Spark({ values, most }: { readonly values: readonly number[]; readonly most: number }) {
  const bars = values.map((value, at) => {
    if (value === 0) return '';
    // The square root: one change among thousands still shows.
    const height = Math.max(3, Math.round(20 * Math.sqrt(value / most)));
    return `M${at * 3} 20v-${height}h2V20`;
  });
  return (
    <svg className="spark" viewBox="0 0 72 20" aria-hidden="true">
      <path d={bars.join('')} />
    </svg>
  );
}

interface BarsProps {
  /** Bars of one or several parts, the first at the bottom. */
  readonly stacks: readonly (readonly number[])[];
  readonly classes: readonly string[];
  readonly height: number;
  readonly label: string;
}

const STEP = 4;
const WIDTH = 3;

/** Bars over time, stacked; as wide as there is room. */
export function Bars({ stacks, classes, height, label }: BarsProps) {
  const bars = stacks[0]?.length ?? 0;
  const totals = Array.from({ length: bars }, (_, at) =>
    stacks.reduce((sum, part) => sum + (part[at] ?? 0), 0),
  );
  const most = Math.max(1, ...totals);
  const floors = Array.from({ length: bars }, () => height);
  const paths = stacks.map((part) => {
    let path = '';
    part.forEach((value, at) => {
      if (value === 0) return;
      const tall = Math.max(0.8, (value / most) * height);
      const floor = floors[at] ?? height;
      path += `M${at * STEP} ${round(floor)}v-${round(tall)}h${WIDTH}v${round(tall)}`;
      floors[at] = floor - tall;
    });
    return path;
  });
  return (
    <svg
      viewBox={`0 0 ${bars * STEP} ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {paths.map((path, part) => (
        <path key={part} className={classes[part]} d={path} />
      ))}
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
