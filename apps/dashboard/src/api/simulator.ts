import { useMutation, type UseMutationResult } from '@tanstack/react-query';

import { api, bodyOf } from './client.js';

/** Where Google is simulated: somebody there is changed. @returns whom, as Google names them */
export function useChangeSimulatedPerson(): UseMutationResult<{ resourceName: string }, Error, undefined> {
  return useMutation({
    mutationFn: () => bodyOf(api.POST('/api/simulator/changes', { body: { change: 'updated' } })),
  });
}
