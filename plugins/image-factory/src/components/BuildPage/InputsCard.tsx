import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { formatCommit, formatDuration } from '../../format';
import { useExecutorTitle, useWords } from '../../hooks';
import { EntityLink } from '../EntityLink';
import { Code, Facts } from '../Facts';
import { LongText } from '../LongText';
import { Section } from '../Section';

/** What the build was made of; none of it changes any more. */
export function InputsCard(props: { build: Build; tool: string | undefined }) {
  const t = useWords();
  const { build, tool } = props;
  const executor = useExecutorTitle(build.executor);
  const named = useExecutorTitle(build.infrastructure);
  const infrastructure =
    build.infrastructure === 'kubernetes' ? t('dialog.kubernetes') : named;
  const parameters = Object.entries(build.parameters).filter(
    ([, value]) => !isEmpty(value),
  );
  return (
    <Section title={t('buildPage.inputs')} level="h3">
      <Facts
        facts={[
          {
            term: t('inputs.component'),
            value: (
              <EntityLink entityRef={build.entityRef} defaultKind="component" />
            ),
          },
          { term: t('inputs.image'), value: <Code>{build.image}</Code> },
          { term: t('inputs.source'), value: build.source.location },
          { term: t('inputs.ref'), value: build.source.ref },
          {
            term: t('inputs.commit'),
            value: build.source.commit && (
              <Code title={build.source.commit}>
                {formatCommit(build.source.commit)}
              </Code>
            ),
          },
          { term: t('inputs.method'), value: build.method },
          {
            term: t('inputs.infrastructure'),
            value: build.infrastructure === 'auto' ? undefined : infrastructure,
          },
          { term: t('inputs.executor'), value: executor },
          { term: t('inputs.tool'), value: tool },
          {
            term: t('inputs.timeout'),
            value: formatDuration(build.timeoutSeconds * 1000, t),
          },
          {
            term: t('inputs.tenant'),
            value: <Tenant name={build.tenant} />,
          },
          ...parameters.map(([name, value]) => ({
            term: name,
            value: <Parameter value={value} />,
          })),
        ]}
      />
    </Section>
  );
}

/** Most often an owner of the catalog, yet an operator's rule may name it otherwise. */
function Tenant(props: { name: string }) {
  return /^[^:/]+:[^:/]+\/[^:/]+$/.test(props.name) ? (
    <EntityLink entityRef={props.name} defaultKind="group" />
  ) : (
    <>{props.name}</>
  );
}

function Parameter(props: { value: unknown }) {
  const { value } = props;
  if (typeof value === 'object' && value !== null) {
    return (
      <>
        {Object.entries(value).map(([key, item]) => (
          <div key={key}>
            <LongText
              text={Array.isArray(value) ? String(item) : `${key}=${item}`}
            />
          </div>
        ))}
      </>
    );
  }
  return <LongText text={String(value)} />;
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 0
  );
}
