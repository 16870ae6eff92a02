import { ReactNode } from 'react';
import { useCookieAuthRefresh } from '@backstage/plugin-auth-react';
import { Alert, Button } from '@backstage/ui';
import { QueryKey, useQuery } from '@tanstack/react-query';
import { errorMessage } from '../../format';
import { useWords } from '../../hooks';

/**
 * Offers a file as a plain link, so that the browser saves it without holding
 * it in memory. Such a link carries no token; the user cookie stands in for it,
 * and the link is there once the cookie is.
 */
export function DownloadLink(props: {
  /** Names the file among all that are offered. */
  file: QueryKey;
  getUrl: () => Promise<string>;
  /** The link itself. */
  children: (url: string) => ReactNode;
}) {
  const t = useWords();
  const { file, getUrl, children } = props;
  const cookie = useCookieAuthRefresh({ pluginId: 'image-factory' });
  const url = useQuery({
    queryKey: ['download-url', ...file],
    queryFn: getUrl,
    staleTime: Infinity,
    retry: false,
  });
  const error = cookie.status === 'error' ? cookie.error : url.error;

  if (error) {
    return (
      <Alert
        role="alert"
        status="danger"
        icon
        title={t('download.failed')}
        description={errorMessage(error)}
        customActions={
          <Button
            size="small"
            variant="secondary"
            onPress={() => {
              if (cookie.status === 'error') {
                cookie.retry();
              }
              if (url.error) {
                url.refetch();
              }
            }}
          >
            {t('common.retry')}
          </Button>
        }
      />
    );
  }
  return cookie.status === 'success' && url.data !== undefined ? (
    <>{children(url.data)}</>
  ) : (
    <span>{t('download.preparing')}</span>
  );
}
