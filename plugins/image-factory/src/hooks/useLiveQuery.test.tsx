import { PropsWithChildren } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import { aRefusal } from '../__testUtils__';
import { useLiveQuery } from './useLiveQuery';

/** A query whose answers are given by hand, one after another. */
function start() {
  const client = new QueryClient();
  const answers: {
    resolve: (data: string) => void;
    reject: (error: Error) => void;
  }[] = [];
  const rendered = renderHook(
    ({ queryKey }) =>
      useLiveQuery<string>({
        queryKey: [queryKey],
        queryFn: () =>
          new Promise((resolve, reject) => {
            answers.push({ resolve, reject });
          }),
        liveliness: () => 'settled',
        lastSignalAt: () => undefined,
      }),
    {
      initialProps: { queryKey: 'first' },
      wrapper: ({ children }: PropsWithChildren<{}>) => (
        <QueryClientProvider client={client}>{children}</QueryClientProvider>
      ),
    },
  );
  const asked = (times: number) =>
    waitFor(() => expect(answers).toHaveLength(times));
  return { ...rendered, client, answers, asked };
}

describe('useLiveQuery', () => {
  it('keeps the last error until the next answer is there, whatever asks again', async () => {
    const { result, client, answers, asked } = start();
    const refusal = await aRefusal(404, 'There is none.');
    await asked(1);
    expect(result.current).toMatchObject({ isLoading: true, error: undefined });
    answers[0].reject(refusal);
    await waitFor(() => expect(result.current.error).toBe(refusal));

    act(() => {
      client.invalidateQueries({ queryKey: ['first'] });
    });
    await asked(2);
    expect(result.current).toMatchObject({ isLoading: false, error: refusal });
    const another = await aRefusal(403, 'You may not see it.');
    answers[1].reject(another);
    await waitFor(() => expect(result.current.error).toBe(another));

    act(() => result.current.retry());
    await asked(3);
    expect(result.current.error).toBe(another);
    answers[2].resolve('data');
    await waitFor(() => expect(result.current.data).toBe('data'));
    expect(result.current.error).toBeUndefined();
  });

  it('takes no error over to something else', async () => {
    const { result, rerender, answers, asked } = start();
    await asked(1);
    answers[0].reject(await aRefusal(404, 'There is none.'));
    await waitFor(() => expect(result.current.error).toBeDefined());
    rerender({ queryKey: 'second' });
    await asked(2);
    expect(result.current).toMatchObject({ isLoading: true, error: undefined });
  });
});
