import { Link } from 'wouter';

export function Brand() {
  return (
    <Link className="brand" href="/">
      <svg viewBox="0 0 28 16" aria-hidden="true">
        <path d="M5 8h18" />
        <circle cx="5" cy="8" r="4.5" />
        <circle cx="15" cy="8" r="2.5" />
        <circle cx="23.5" cy="8" r="2.5" />
      </svg>
      contactstream
    </Link>
  );
}
