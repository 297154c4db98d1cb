import { useEffect } from 'react';

import { Store, useStore } from '../live/store.js';
import { Icon } from '../parts/icon.js';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo?: () => void;
}

const STAYS_MS = 6_000;
const MOST = 3;

const toasts = new Store<readonly Toast[]>([]);
let lastId = 0;

/** Tells what happened out of view; with a way back, it stays until it is closed. */
export function tell(text: string, undo?: () => void): void {
  const toast: Toast = { id: ++lastId, text, ...(undo && { undo }) };
  toasts.set([...toasts.get().slice(1 - MOST), toast]);
}

function close(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

export function Toasts() {
  const all = useStore(toasts);
  return (
    <div className="toasts" role="status">
      {all.map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function OneToast({ toast: { id, text, undo } }: { readonly toast: Toast }) {
  useEffect(() => {
    if (undo !== undefined) return;
    const timer = setTimeout(() => {
      close(id);
    }, STAYS_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [id, undo]);
  return (
    <div className="toast">
      {text}
      {undo !== undefined && (
        <button
          className="btn sm"
          type="button"
          onClick={() => {
            close(id);
            undo();
          }}
        >
          Undo
        </button>
      )}
      <button
        className="btn sm icon"
        type="button"
        aria-label="Close"
        onClick={() => {
          close(id);
        }}
      >
        <Icon name="x" />
      </button>
    </div>
  );
}
