import { useApi } from '@backstage/core-plugin-api';
import { imageFactoryApiRef } from '../../api';
import { useWords } from '../../hooks';
import { DownloadLink } from '../DownloadLink';
import styles from './LogView.module.css';

/** Saves the log of all steps of one attempt as a text file. */
export function DownloadLog(props: { buildId: string; attempt: number }) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const { buildId, attempt } = props;
  return (
    <DownloadLink
      file={['log', buildId, attempt]}
      getUrl={() => api.getLogDownloadUrl(buildId, attempt)}
    >
      {url => (
        <a href={url} download className={styles.button}>
          {t('log.download')}
        </a>
      )}
    </DownloadLink>
  );
}
