import { useMemo } from 'react';
import { useRouteRef } from '@backstage/core-plugin-api';
import { Cell, ColumnConfig, Link, Table } from '@backstage/ui';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { buildRouteRef } from '../../routes';
import { Age, TickingDuration, runSpan } from '../Age';
import { EntityLink } from '../EntityLink';
import { Code } from '../Facts';
import { StatusChip } from '../StatusChip';
import { VulnerabilitySummary } from '../Vulnerabilities';
import styles from './BuildTable.module.css';

/** The order of a list of builds, as the API names it. */
export type BuildOrder = '-createdAt' | 'createdAt';

function RunDuration(props: { build: Build }) {
  const t = useWords();
  const ran = runSpan(props.build);
  return ran ? <TickingDuration {...ran} /> : <>{t('common.none')}</>;
}

/** A table of builds; with `showEntity` for more than one component. */
export function BuildTable(props: {
  builds: Build[] | undefined;
  showEntity?: boolean;
  order?: BuildOrder;
  onOrderChange?: (order: BuildOrder) => void;
}) {
  const t = useWords();
  const buildLink = useRouteRef(buildRouteRef);
  const { builds, showEntity, order, onOrderChange } = props;
  const isScanned = builds?.some(build => build.vulnerabilities) ?? false;

  const columns = useMemo<ColumnConfig<Build>[]>(
    () => [
      {
        id: 'build',
        label: t('table.build'),
        isRowHeader: true,
        defaultWidth: showEntity ? '2fr' : '1fr',
        minWidth: showEntity ? 180 : 80,
        cell: build => (
          <Cell>
            <div className={styles.build}>
              {showEntity && (
                <span className={styles.entity}>
                  <EntityLink
                    entityRef={build.entityRef}
                    defaultKind="component"
                  />
                </span>
              )}
              <Link href={buildLink({ buildId: build.id })} weight="bold">
                #{build.number}
              </Link>
            </div>
          </Cell>
        ),
      },
      {
        id: 'status',
        label: t('table.status'),
        defaultWidth: '1fr',
        minWidth: 130,
        cell: build => (
          <Cell>
            <StatusChip status={build.status} phase={build.phase} />
          </Cell>
        ),
      },
      {
        id: 'image',
        label: t('table.image'),
        defaultWidth: '2fr',
        minWidth: 180,
        cell: build => (
          <Cell>
            <Code>{build.image}</Code>
          </Cell>
        ),
      },
      {
        id: 'duration',
        label: t('table.duration'),
        defaultWidth: '1fr',
        minWidth: 90,
        cell: build => (
          <Cell>
            <RunDuration build={build} />
          </Cell>
        ),
      },
      {
        id: 'vulnerabilities',
        label: t('vulnerabilities.column'),
        // Where nothing is scanned there is nothing to tell.
        isHidden: !isScanned,
        defaultWidth: '1fr',
        minWidth: 150,
        cell: build => (
          <Cell>
            {build.vulnerabilities ? (
              <VulnerabilitySummary counts={build.vulnerabilities} inList />
            ) : (
              t('common.none')
            )}
          </Cell>
        ),
      },
      {
        id: 'createdAt',
        label: t('table.created'),
        isSortable: onOrderChange !== undefined,
        defaultWidth: '1fr',
        minWidth: 110,
        cell: build => (
          <Cell>
            <Age at={build.createdAt} />
          </Cell>
        ),
      },
      {
        id: 'createdBy',
        label: t('table.createdBy'),
        defaultWidth: '1fr',
        minWidth: 100,
        cell: build => (
          <Cell>
            <EntityLink entityRef={build.createdBy} defaultKind="user" />
          </Cell>
        ),
      },
    ],
    [t, buildLink, showEntity, isScanned, onOrderChange],
  );

  return (
    <Table
      columnConfig={columns}
      data={builds}
      isPending={builds === undefined}
      pagination={{ type: 'none' }}
      sort={
        onOrderChange && {
          descriptor: {
            column: 'createdAt',
            direction: order === 'createdAt' ? 'ascending' : 'descending',
          },
          onSortChange: ({ direction }) =>
            onOrderChange(
              direction === 'ascending' ? 'createdAt' : '-createdAt',
            ),
        }
      }
    />
  );
}
