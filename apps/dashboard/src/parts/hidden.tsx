/** In place of what the service did not send, because whoever asks may not read contacts: the same whatever it is. */
export function Hidden() {
  return (
    <>
      <span className="hid" aria-hidden="true">
        ••••••
      </span>
      <span className="vh">hidden</span>
    </>
  );
}
