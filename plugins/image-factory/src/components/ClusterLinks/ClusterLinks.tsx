import { VisuallyHidden } from '@backstage/ui';
import { RiExternalLinkLine } from '@remixicon/react';
import { ClusterLink } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import styles from './ClusterLinks.module.css';

/** Where else what is shown can be looked at, as the operator has named it; nothing where nothing is named. */
export function ClusterLinks(props: { links: ClusterLink[] | undefined }) {
  const t = useWords();
  const { links = [] } = props;
  if (links.length === 0) return null;
  return (
    <ul className={styles.links} aria-label={t('clusterLinks.label')}>
      {links.map(({ title, url }) => (
        <li key={`${title} ${url}`}>
          <a
            className={styles.link}
            href={url}
            target="_blank"
            rel="noopener noreferrer"
          >
            {title}
            <RiExternalLinkLine aria-hidden className={styles.icon} />
            <VisuallyHidden>{t('clusterLinks.newTab')}</VisuallyHidden>
          </a>
        </li>
      ))}
    </ul>
  );
}
