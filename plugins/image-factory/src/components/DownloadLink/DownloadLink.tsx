import { ReactNode } from 'react';
import { QueryKey } from '@tanstack/react-query';
import { useWords } from '../../hooks';
import { DownloadFailed } from './DownloadFailed';
import { useDownload } from './useDownload';

/** Offers a file as a plain link, which is there once the browser may open it. */
export function DownloadLink(props: {
  /** Names the file among all that are offered. */
  file: QueryKey;
  getUrl: () => Promise<string>;
  /** The link itself. */
  children: (url: string) => ReactNode;
}) {
  const t = useWords();
  const { file, getUrl, children } = props;
  const download = useDownload({ file, getTarget: getUrl });
  switch (download.status) {
    case 'failed':
      return <DownloadFailed {...download} />;
    case 'ready':
      return <>{children(download.target)}</>;
    default:
      return <span>{t('download.preparing')}</span>;
  }
}
