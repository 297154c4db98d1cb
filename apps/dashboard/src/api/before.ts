import { useQuery } from '@tanstack/react-query';

import { type CloudEvent } from './answers.js';
import { api, bodyOf } from './client.js';

type Facts = Readonly<Record<string, unknown>>;

/**
 * The contact as it was before an event. An update tells it of the fields that it changed, but for those of before the
 * service kept it; of others it is asked for.
 *
 * @returns undefined: not known yet, or not to this principal
 */
export function useBefore(
  { subject, contactversion, time, data: { before } }: CloudEvent,
  isWanted: boolean,
): Facts | undefined {
  const told = (before ?? undefined) as Facts | undefined;
  const version = Number(contactversion) - 1;
  const { data } = useQuery({
    queryKey: ['version', subject, version],
    queryFn: async ({ signal }) => {
      const asOf = new Date(Date.parse(time) - 1).toISOString();
      const contact: Facts = await bodyOf(
        api.GET('/api/contacts/{id}', { params: { path: { id: subject }, query: { asOf } }, signal }),
      );
      return contact.version === version ? contact : null;
    },
    enabled: isWanted && version > 0 && told === undefined,
    // What was does not change.
    staleTime: Infinity,
    retry: false,
  });
  return isWanted ? (told ?? data ?? undefined) : undefined;
}
