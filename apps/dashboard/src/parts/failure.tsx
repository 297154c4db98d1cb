import { asProblem } from '../api/problem.js';

/** Why that did not come about which was just asked for. @param error null: nothing failed */
export function Failure({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <p className="bad small" role="alert">
      Error: {asProblem(error).detail}
    </p>
  );
}
