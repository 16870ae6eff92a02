import { useEffect, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Button, SearchField, Select, Switch } from '@backstage/ui';
import { useQuery } from '@tanstack/react-query';
import { BuildStatus } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { useWords } from '../../hooks';
import { statusText } from '../StatusChip';
import { BUILD_STATUSES, BuildFilterState } from './filters';
import styles from './BuildsPage.module.css';

const TYPING_PAUSE_MS = 400;
const ANY = 'any';

/** Narrows the list of builds. */
export function BuildFilters(props: {
  filters: BuildFilterState;
  onChange: (change: Partial<BuildFilterState>) => void;
  onClear: (() => void) | undefined;
  entityProblem: string | undefined;
}) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const { filters, onChange, onClear, entityProblem } = props;
  const methods = useQuery({
    queryKey: ['build-methods'],
    queryFn: ({ signal }) => api.listBuildMethods({ signal }),
    staleTime: 60_000,
    retry: 1,
  });

  return (
    <div
      className={styles.filters}
      role="search"
      aria-label={t('builds.filters')}
    >
      <div className={styles.entity}>
        <EntityFilter
          value={filters.entity}
          onChange={entity => onChange({ entity })}
        />
        {entityProblem !== undefined && (
          <div role="alert" className={styles.problem}>
            {t('builds.entityInvalid', { text: entityProblem })}
          </div>
        )}
      </div>
      <Select
        label={t('builds.statusLabel')}
        selectionMode="multiple"
        placeholder={t('builds.statusAny')}
        options={BUILD_STATUSES.map(status => ({
          id: status,
          label: statusText(t, status),
        }))}
        value={filters.status}
        onChange={keys => onChange({ status: [...keys] as BuildStatus[] })}
      />
      <Select
        label={t('builds.methodLabel')}
        options={[
          { id: ANY, label: t('builds.methodAny') },
          ...(methods.data?.items ?? []).map(({ id, title }) => ({
            id,
            label: title,
          })),
        ]}
        value={filters.method ?? ANY}
        onChange={key =>
          onChange({ method: key === ANY ? undefined : String(key) })
        }
      />
      <Switch
        label={t('builds.mine')}
        isSelected={filters.mine}
        onChange={mine => onChange({ mine })}
      />
      {onClear && (
        <Button variant="tertiary" onPress={onClear}>
          {t('builds.clear')}
        </Button>
      )}
    </div>
  );
}

/** Takes effect after a pause in typing, and follows the address when that changes. */
function EntityFilter(props: {
  value: string;
  onChange: (value: string) => void;
}) {
  const t = useWords();
  const { value, onChange } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) {
      return undefined;
    }
    const timer = setTimeout(() => onChange(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <SearchField
      label={t('builds.entityLabel')}
      placeholder={t('builds.entityPlaceholder')}
      value={text}
      onChange={setText}
    />
  );
}
