import { useRef } from 'react';
import { identityApiRef, useApi } from '@backstage/core-plugin-api';
import { Button, Container, Text } from '@backstage/ui';
import { useQuery } from '@tanstack/react-query';
import { errorStatus, formatNumber } from '../../format';
import { Words, useBuildList, useWords } from '../../hooks';
import { BuildTable } from '../BuildTable';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { PageTitle } from '../PageTitle';
import { QueryRoot } from '../QueryRoot';
import { RequestFailed } from '../RequestFailed';
import { BuildFilters } from './BuildFilters';
import { BuildsEmpty } from './BuildsEmpty';
import { toQuery } from './filters';
import { useBuildFilters } from './useBuildFilters';
import styles from './BuildsPage.module.css';

const PAGE_SIZE = 20;

/** All builds that the reader may see, by filter and page, both kept in the address. */
export function BuildsPage() {
  return (
    <QueryRoot>
      <Container>
        <BuildsPageContent />
      </Container>
    </QueryRoot>
  );
}

function BuildsPageContent() {
  const t = useWords();
  const identityApi = useApi(identityApiRef);
  const identity = useQuery({
    queryKey: ['identity'],
    queryFn: () => identityApi.getBackstageIdentity(),
    staleTime: Infinity,
    retry: false,
  });
  const { filters, setFilters, clear, isFiltered } = useBuildFilters();
  const query = toQuery(filters, identity.data?.userEntityRef);
  const builds = useBuildList(
    query.type === 'query' ? { ...query.query, limit: PAGE_SIZE } : undefined,
  );
  // Cursors lead forward only; the way back is remembered while the page is open.
  const visited = useRef<(string | undefined)[]>([]);
  const { data } = builds;
  const failure =
    query.type === 'reader-unknown' && identity.error
      ? {
          what: t('builds.reader'),
          error: identity.error,
          retry: () => {
            identity.refetch();
          },
        }
      : builds.error &&
        !data && {
          what: t('builds.what'),
          error: builds.error,
          // A cursor that the backend does not know any more stays wrong.
          retry:
            errorStatus(builds.error) === 400 && filters.cursor
              ? () => setFilters({ ...filters, cursor: undefined })
              : builds.retry,
        };
  // Who may see no build at all has nothing to narrow.
  const isForbidden = failure && errorStatus(failure.error) === 403;
  const isEmpty = data?.items.length === 0;
  const isListed = query.type !== 'invalid' && !isEmpty && !failure;
  const hasPrevious = filters.cursor !== undefined;

  return (
    <div className={styles.page}>
      <PageTitle title={t('shell.builds')} />
      {!isForbidden && (
        <BuildFilters
          filters={filters}
          onChange={change => {
            visited.current = [];
            setFilters({ ...filters, ...change, cursor: undefined });
          }}
          onClear={isFiltered ? clear : undefined}
          entityProblem={query.type === 'invalid' ? query.text : undefined}
        />
      )}
      <LiveUpdatesPaused queries={[builds]} />
      {failure && (
        <RequestFailed
          what={failure.what}
          error={failure.error}
          onRetry={failure.retry}
        />
      )}
      {isEmpty && (
        <BuildsEmpty isFiltered={isFiltered || hasPrevious} onClear={clear} />
      )}
      {isListed && (
        <BuildTable
          builds={data?.items}
          showEntity
          order={filters.order}
          onOrderChange={order => {
            visited.current = [];
            setFilters({ ...filters, order, cursor: undefined });
          }}
        />
      )}
      {isListed && data && (
        <nav aria-label={t('builds.pages')} className={styles.pages}>
          <Text color="secondary">
            {t(data.totalItems === 1 ? 'builds.totalOne' : 'builds.total', {
              amount: totalText(t, data.totalItems),
            })}
          </Text>
          <Button
            size="small"
            variant="secondary"
            isDisabled={!hasPrevious}
            onPress={() =>
              setFilters({ ...filters, cursor: visited.current.pop() })
            }
          >
            {t('builds.previous')}
          </Button>
          <Button
            size="small"
            variant="secondary"
            isDisabled={!data.nextCursor}
            onPress={() => {
              visited.current.push(filters.cursor);
              setFilters({ ...filters, cursor: data.nextCursor });
            }}
          >
            {t('builds.next')}
          </Button>
        </nav>
      )}
    </div>
  );
}

/** The backend counts no further than that. */
const COUNTED_UP_TO = 10_000;

function totalText(t: Words, total: number): string {
  const text = formatNumber(total, t);
  return total >= COUNTED_UP_TO ? `${text}+` : text;
}
