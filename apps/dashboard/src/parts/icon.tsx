/** What each icon is drawn with, in a square of 16; all are lines. */
const PATHS = {
  check: 'M3.5 8.5l3 3 6-7',
  copy: 'M7 5.5h5a1.5 1.5 0 0 1 1.5 1.5v5a1.5 1.5 0 0 1-1.5 1.5h-5a1.5 1.5 0 0 1-1.5-1.5v-5a1.5 1.5 0 0 1 1.5-1.5zM10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2',
  dead: 'M2.5 4.5h11v8h-11zM2.5 5l5.5 4 5.5-4M9.8 9.8l3 3m0-3-3 3',
  down: 'M4 6.2l4 4 4-4',
  edit: 'M10.8 2.9l2.3 2.3-7.7 7.7-2.9.6.6-2.9z',
  events:
    'M2 4a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M2 12a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M3.5 5.5v5M7.5 4h6M7.5 8h4M7.5 12h6',
  ext: 'M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3',
  fail: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M5.8 5.8l4.4 4.4m0-4.4-4.4 4.4',
  fresh: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M5.2 8.2l2 2 3.8-4.2',
  gear: 'M2.5 5h6M12.5 5h1M2.5 11h1M7.5 11h6M8.5 5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M3.5 11a2 2 0 1 0 4 0a2 2 0 1 0-4 0',
  held: 'M8 1.7l5.3 2v3.9c0 3.4-2.2 5.5-5.3 6.7-3.1-1.2-5.3-3.3-5.3-6.7V3.7zM8 5v3.4M8 10.8v.1',
  hidden:
    'M2.5 2.5l11 11M6.4 4.2A7 7 0 0 1 8 4c3.5 0 5.5 2.7 6.2 4a9 9 0 0 1-1.7 2.2M4.2 5.3A9 9 0 0 0 1.8 8c.7 1.3 2.7 4 6.2 4 .9 0 1.7-.2 2.4-.5',
  inbox: 'M2.5 9.5l2-6h7l2 6v3a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1zM2.5 9.5h3.2a2.4 2.4 0 0 0 4.6 0h3.2',
  info: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M8 7.3v4M8 4.8v.1',
  key: 'M2 11a3 3 0 1 0 6 0a3 3 0 1 0-6 0M7.2 8.8l6.3-6.3M11.2 4.8l2 2',
  late: 'M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M8 4.5V8l2.4 1.6',
  left: 'M10 4 6 8l4 4',
  link: 'M6.7 9.3 9.3 6.7M7 4.7l1.4-1.4a3 3 0 0 1 4.3 4.3L11.3 9M9 11.3l-1.4 1.4a3 3 0 0 1-4.3-4.3L4.7 7',
  merge: 'M3.5 2.5c0 4 1 5.5 4.5 5.5h5M3.5 13.5C3.5 9.5 4.5 8 8 8M10.5 5.5l2.5 2.5-2.5 2.5',
  minus: 'M3.5 8h9',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  name: 'M2.5 5h8.5M8.5 2.5 11 5 8.5 7.5M13.5 11H5M7.5 8.5 5 11l2.5 2.5',
  off: 'M2.5 2.5l11 11M5 6.8a5.5 5.5 0 0 0-1.8 1.1M8 4.5c2.3 0 4.3.9 5.8 2.4M2.2 6.9A8 8 0 0 1 4 5.5M8 12h.01',
  overview: 'M3.5 13V9M8 13V3.5M12.5 13V6.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  person: 'M5.3 5.2a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0-5.4 0M2.8 13.6c.5-2.8 2.5-4.2 5.2-4.2s4.7 1.4 5.2 4.2',
  plus: 'M8 3.5v9M3.5 8h9',
  search: 'M2.5 7a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M10.5 10.5l3.3 3.3',
  sync: 'M13.4 8.6A5.5 5.5 0 0 1 3.6 11.4M2.6 7.4a5.5 5.5 0 0 1 9.8-2.8M12.6 1.8v2.9H9.7M3.4 14.2v-2.9h2.9',
  term: 'M3 4.5l3.5 3.5L3 11.5M8.5 11.5H13',
  theme: 'M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0',
  to: 'M2.5 8h11M9.5 4l4 4-4 4',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.7 3.7 3 6.5l2.7 2.8',
  warn: 'M8 2.2 14.3 13H1.7zM8 6.3v3.2M8 11.4v.1',
  x: 'M4 4l8 8m0-8-8 8',
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  readonly name: IconName;
  readonly spin?: boolean;
}

/** It says nothing by itself: a word stands beside it, or the button around it has a name. */
export function Icon({ name, spin = false }: IconProps) {
  return (
    <svg className={spin ? 'i spin' : 'i'} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} strokeWidth={name === 'more' ? 2.4 : undefined} />
      {name === 'theme' && <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />}
    </svg>
  );
}
