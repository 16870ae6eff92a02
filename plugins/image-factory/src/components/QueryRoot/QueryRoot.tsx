import { ReactNode, useState } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { readable } from './readable';
import styles from './QueryRoot.module.css';

/**
 * The root of a page body. It has a cache of its own, so that the plugin needs
 * nothing of the app around it and shares nothing with other plugins.
 */
export function QueryRoot(props: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            // A backend on this machine answers without a network, too.
            networkMode: 'always',
            refetchOnWindowFocus: 'always',
          },
          mutations: { networkMode: 'always' },
        },
      }),
  );
  return (
    <QueryClientProvider client={client}>
      <div className={`${styles.root} ${readable}`}>{props.children}</div>
    </QueryClientProvider>
  );
}
