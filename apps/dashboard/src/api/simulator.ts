import { useMutation, type UseMutationResult } from '@tanstack/react-query';

import { api, bodyOf } from './client.js';

/** Where Google is simulated: somebody there gets another phone number. */
export function useChangeSimulatedPerson(): UseMutationResult<{ resourceName: string }, Error, undefined> {
  return useMutation({
    mutationFn: () => {
      const post = api.POST as unknown as (
        path: string,
        options: object,
      ) => Promise<{ data?: { resourceName: string } }>;
      return bodyOf(post('/api/simulator/changes', { body: { change: 'updated' } }));
    },
  });
}
