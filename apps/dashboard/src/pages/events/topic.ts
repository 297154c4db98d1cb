import { useQuery } from '@tanstack/react-query';

import { api, bodyOf } from '../../api/client.js';

interface Described {
  readonly channels?: { readonly events?: { readonly address?: string } };
}

/** The topic of the events, as this installation calls it. @returns undefined: there is none, or it is not known yet */
export function useTopic(hasKafka: boolean): string | undefined {
  const { data } = useQuery({
    queryKey: ['topic'],
    queryFn: async ({ signal }) => {
      const { channels } = (await bodyOf<unknown>(api.GET('/api/asyncapi.json', { signal }))) as Described;
      return channels?.events?.address ?? null;
    },
    enabled: hasKafka,
    staleTime: Infinity,
    retry: false,
  });
  return data ?? undefined;
}
