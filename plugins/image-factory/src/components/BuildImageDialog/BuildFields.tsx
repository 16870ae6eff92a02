import { Suspense, lazy, useEffect, useRef } from 'react';
import { Select, Skeleton } from '@backstage/ui';
import {
  BuildMethod,
  BuildPreview,
} from '@image-factory/backstage-plugin-image-factory-common';
import { formatBytes, formatCommit } from '../../format';
import { Words, useWords } from '../../hooks';
import { Code, Facts } from '../Facts';
import { BuildDraft } from './buildDraft';
import { CheckedTextField } from './CheckedTextField';
import { InfrastructureChoices } from './infrastructureChoices';
import { SortedProblems } from './sortProblems';
import styles from './BuildImageDialog.module.css';

// The form generator and its validator weigh more than the rest of the plugin.
const ParametersForm = lazy(async () => {
  const { ParametersForm: component } = await import('./ParametersForm');
  return { default: component };
});

/** The fields of the dialog, each with what is wrong with it. */
export function BuildFields(props: {
  draft: BuildDraft;
  onChange: (change: BuildDraft) => void;
  onIncomplete: (input: string, isIncomplete: boolean) => void;
  /** Called once the last of the fields are there. */
  onWhole: () => void;
  preview: BuildPreview | undefined;
  methods: BuildMethod[] | undefined;
  /** What an executor is called; undefined while that is not known yet. */
  executorTitle: (id: string) => string | undefined;
  /** Where the reader may have it built, where there is a choice. */
  places: InfrastructureChoices | undefined;
  problems: SortedProblems;
  /** Whether waiting for a first preview is in vain. */
  hasFailed: boolean;
}) {
  const t = useWords();
  const { draft, onChange, preview, methods, problems, hasFailed } = props;
  const { executorTitle, places } = props;
  if (!preview || !methods) {
    return hasFailed ? null : <FieldsSkeleton />;
  }
  const methodId = draft.method ?? preview.method;
  const method = methods.find(candidate => candidate.id === methodId);

  return (
    <>
      <Facts facts={summary(t, preview, executorTitle)} />
      <ImageField
        value={draft.image ?? preview.image ?? ''}
        onChange={image => onChange({ image })}
        errors={problems.at('/image')}
      />
      {hasRef(draft, preview, problems) && (
        <CheckedTextField
          label={t('dialog.ref')}
          description={t('dialog.refDescription')}
          value={draft.ref ?? preview.source?.ref ?? ''}
          onChange={ref => onChange({ ref })}
          errors={problems.at('/ref')}
        />
      )}
      <Select
        label={t('dialog.method')}
        description={method?.description}
        options={methods.map(({ id, title }) => ({ id, label: title }))}
        value={methodId}
        onChange={key =>
          // Inputs belong to a method: another one begins with its own defaults.
          onChange({
            method: String(key),
            parameters: undefined,
            incomplete: undefined,
          })
        }
        isInvalid={problems.at('/method').length > 0}
      />
      <ChoiceErrors errors={problems.at('/method')} />
      {places && (
        <Select
          label={t('dialog.infrastructure')}
          options={places.options}
          value={places.idOf(
            draft.infrastructure ?? preview.infrastructure ?? 'auto',
          )}
          onChange={key => onChange({ infrastructure: String(key) })}
          isInvalid={problems.at('/infrastructure').length > 0}
        />
      )}
      {places && <ChoiceErrors errors={problems.at('/infrastructure')} />}
      {method && (
        <Suspense fallback={<Skeleton width="100%" height={160} />}>
          <ParametersForm
            key={method.id}
            schema={method.inputs}
            parameters={draft.parameters ?? preview.parameters}
            errors={problems.parameters}
            onChange={parameters => onChange({ parameters })}
            onIncomplete={props.onIncomplete}
            onWhole={props.onWhole}
          />
        </Suspense>
      )}
      <div className={styles.pair}>
        <CheckedTextField
          label={t('dialog.tags')}
          description={t('dialog.tagsDescription')}
          value={draft.tags ?? ''}
          onChange={tags => onChange({ tags })}
          errors={problems.at('/tags')}
        />
        <CheckedTextField
          label={t('dialog.timeout')}
          description={t('dialog.timeoutDescription')}
          value={
            draft.timeoutMinutes ??
            (preview.timeoutSeconds === undefined
              ? ''
              : String(Math.ceil(preview.timeoutSeconds / 60)))
          }
          onChange={timeoutMinutes => onChange({ timeoutMinutes })}
          errors={problems.at('/timeoutSeconds')}
          inputMode="numeric"
        />
      </div>
    </>
  );
}

/** What has no commit yet since its ref is wrong is in git as well. */
function hasRef(
  draft: BuildDraft,
  preview: BuildPreview,
  problems: SortedProblems,
): boolean {
  return (
    preview.source?.type === 'git' ||
    draft.ref !== undefined ||
    problems.at('/ref').length > 0
  );
}

/** What is wrong with what was chosen; a select shows no errors by itself. */
function ChoiceErrors(props: { errors: string[] }) {
  return (
    <>
      {props.errors.map(message => (
        <div key={message} className={styles.error} role="alert">
          {message}
        </div>
      ))}
    </>
  );
}

/** The first field, so it has the focus once there is something to fill in. */
function ImageField(props: {
  value: string;
  onChange: (image: string) => void;
  errors: string[];
}) {
  const t = useWords();
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.querySelector('input')?.focus(), []);
  return (
    <CheckedTextField
      {...props}
      ref={field}
      label={t('dialog.image')}
      description={t('dialog.imageDescription')}
    />
  );
}

function summary(
  t: Words,
  preview: BuildPreview,
  executorTitle: (id: string) => string | undefined,
) {
  const { tool, source, target, requests } = preview;
  const executor = preview.executor && (executorTitle(preview.executor) ?? '…');
  const runsOn = tool
    ? t('dialog.on', { executor: executor ?? '', tool })
    : executor;
  const targets = {
    export: t('dialog.targetExport'),
    push: t('dialog.targetPush'),
  };
  return [
    { term: t('dialog.source'), value: source?.location },
    {
      term: t('dialog.commit'),
      value: source?.commit && (
        <Code title={source.commit}>{formatCommit(source.commit)}</Code>
      ),
    },
    {
      term: t('dialog.executor'),
      value: runsOn ?? t('dialog.executorNone'),
    },
    { term: t('dialog.target'), value: target && targets[target] },
    { term: t('dialog.requests'), value: requests && inWords(t, requests) },
  ];
}

function inWords(
  t: Words,
  { cpuCores, memoryBytes }: NonNullable<BuildPreview['requests']>,
): string {
  return [
    ...(cpuCores === undefined
      ? []
      : [t('dialog.requestsCpu', { cores: String(cpuCores) })]),
    ...(memoryBytes === undefined
      ? []
      : [t('dialog.requestsMemory', { size: formatBytes(memoryBytes, t) })]),
  ].join(', ');
}

function FieldsSkeleton() {
  return (
    <>
      <Skeleton width="100%" height={60} />
      <Skeleton width="100%" height={56} />
      <Skeleton width="100%" height={56} />
      <Skeleton width="100%" height={160} />
    </>
  );
}
