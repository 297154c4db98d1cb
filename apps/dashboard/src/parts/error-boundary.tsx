import { Component, type ReactNode } from 'react';

import { NotLoaded } from './loaded.js';

interface ErrorBoundaryProps {
  /** Another one begins anew. */
  readonly of: string;
  readonly children: ReactNode;
}

/** A page that cannot be drawn says so; what stands around it stays. */
export class ErrorBoundary extends Component<
  ErrorBoundaryProps,
  { readonly error: unknown; readonly of: string }
> {
  override state = { error: null as unknown, of: this.props.of };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  static getDerivedStateFromProps({ of }: ErrorBoundaryProps, state: { of: string }) {
    return of === state.of ? null : { error: null, of };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <NotLoaded
        error={this.state.error}
        again={() => {
          this.setState({ error: null });
        }}
      />
    );
  }
}
