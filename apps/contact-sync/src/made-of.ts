import { type FactoryProvider, type InjectionToken } from '@nestjs/common';

/** A class of a library, which knows nothing of Nest, made of what is injected, in the order of its constructor. */
export function madeOf<T>(
  type: new (...parts: never[]) => T,
  ...inject: readonly InjectionToken[]
): FactoryProvider<T> {
  return {
    provide: type,
    inject: [...inject],
    useFactory: (...parts: unknown[]) => new type(...(parts as never[])),
  };
}
