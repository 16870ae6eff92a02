import { Link, useLocation } from 'react-router-dom';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { shownAttempt } from './shownAttempt';
import styles from './BuildPage.module.css';

/** Leads to each attempt of a build; nothing where there is one only. */
export function AttemptLinks(props: { build: Build }) {
  const t = useWords();
  const { search } = useLocation();
  const latest = props.build.attempt;
  if (latest < 2) return null;
  const shown = shownAttempt(search, latest);
  return (
    <nav aria-label={t('attempts.title')} className={styles.attempts}>
      {Array.from({ length: latest }, (_, index) => {
        const attempt = index + 1;
        return (
          <Link
            key={attempt}
            // The latest is not told, so that its page moves on with a retry.
            to={{ search: searchOf(search, attempt, latest) }}
            aria-current={attempt === shown ? 'page' : undefined}
          >
            {t('attempts.link', { attempt })}
          </Link>
        );
      })}
    </nav>
  );
}

/** The view stays; which step and line was looked at is of one attempt. */
function searchOf(search: string, attempt: number, latest: number): string {
  const to = new URLSearchParams();
  const view = new URLSearchParams(search).get('view');
  if (view) to.set('view', view);
  if (attempt !== latest) to.set('attempt', String(attempt));
  return String(to);
}
