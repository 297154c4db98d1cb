import { useQuery } from '@tanstack/react-query';

import { ask } from '../../api/ask.js';

interface Described {
  readonly channels?: { readonly events?: { readonly address?: string } };
}

/** The topic of the events, as this installation calls it. @returns undefined: there is none, or it is not known yet */
export function useTopic(hasKafka: boolean): string | undefined {
  const { data } = useQuery({
    queryKey: ['topic'],
    queryFn: async ({ signal }) => {
      const { channels } = await ask<Described>('/api/asyncapi.json', {}, signal);
      return channels?.events?.address ?? null;
    },
    enabled: hasKafka,
    staleTime: Infinity,
    retry: false,
  });
  return data ?? undefined;
}
