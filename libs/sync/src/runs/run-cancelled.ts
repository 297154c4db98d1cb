/** Someone cancelled the run; also the reason with which its signal aborts then. */
export class RunCancelled extends Error {
  override readonly name = 'RunCancelled';
}
