import { Fragment } from 'react';
import { Text } from '@backstage/ui';
import {
  Executor,
  Tool,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Words, useWords } from '../../hooks';
import { EntityLink } from '../EntityLink';
import { Facts } from '../Facts';
import styles from './ExecutorsPage.module.css';

/** What a cluster is: the versions of what runs builds there, and for whom it does. */
export function ClusterFacts(props: { executor: Executor }) {
  const t = useWords();
  const { tools, tenants } = props.executor;
  return (
    <div className={styles.group}>
      <Text as="h3" weight="bold">
        {t('executors.cluster')}
      </Text>
      <Facts
        facts={[
          ...tools.map(tool => ({
            term: nameOf(t, tool),
            value: <Version tool={tool} />,
          })),
          {
            term: t('executors.tenants'),
            value: <Tenants tenants={tenants} />,
          },
        ]}
      />
    </div>
  );
}

function nameOf(t: Words, { name }: Tool): string {
  switch (name) {
    case 'kubernetes':
      return t('executors.kubernetes');
    case 'tekton':
      return t('executors.tekton');
    default:
      return name;
  }
}

function Version(props: { tool: Tool }) {
  const t = useWords();
  const { version, status, message, hint } = props.tool;
  return (
    <>
      {status === 'available'
        ? version ?? t('executors.unknownVersion')
        : t(`executors.${status}`)}
      {message && <div>{message}</div>}
      {hint && <div>{hint}</div>}
    </>
  );
}

/** Most often owners of the catalog, yet an operator may name them otherwise. */
function Tenants(props: { tenants: string[] | undefined }) {
  const t = useWords();
  const { tenants } = props;
  if (!tenants) return <>{t('executors.tenantsAny')}</>;
  if (tenants.length === 0) return <>{t('executors.tenantsNone')}</>;
  return (
    <>
      {tenants.map((tenant, index) => (
        <Fragment key={tenant}>
          {index > 0 && ', '}
          {/^[^:/]+:[^:/]+\/[^:/]+$/.test(tenant) ? (
            <EntityLink entityRef={tenant} defaultKind="group" />
          ) : (
            tenant
          )}
        </Fragment>
      ))}
    </>
  );
}
