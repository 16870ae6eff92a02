import { FormEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Alert, Button, DialogBody, DialogFooter } from '@backstage/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Build,
  BuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { errorSentence } from '../../format';
import { useExecutorTitles, useExecutors, useWords } from '../../hooks';
import { readable } from '../QueryRoot';
import { BuildDraft, toRequest } from './buildDraft';
import { BuildFields } from './BuildFields';
import { draftProblems } from './draftProblems';
import { FormNotices } from './FormNotices';
import { infrastructureChoices } from './infrastructureChoices';
import { labelProblem } from './labelProblem';
import { sortProblems } from './sortProblems';
import { SubmitReason } from './SubmitReason';
import { useBuildPreview } from './useBuildPreview';
import { showMarked } from './showMarked';
import { useIdempotencyKeys } from './useIdempotencyKeys';
import { useShowMarked } from './useShowMarked';
import styles from './BuildImageDialog.module.css';

/** The form of the dialog: checked as one types, and kept whatever the submit comes to. */
export function BuildForm(props: {
  entityRef: string;
  onSubmitted: (build: Build) => void;
}) {
  const { entityRef, onSubmitted } = props;
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<BuildDraft>({});
  const change = (part: BuildDraft) =>
    setDraft(current => ({ ...current, ...part }));
  const onIncomplete = useCallback((input: string, isIncomplete: boolean) => {
    setDraft(({ incomplete = [], ...current }) => ({
      ...current,
      incomplete: [
        ...incomplete.filter(other => other !== input),
        ...(isIncomplete ? [input] : []),
      ],
    }));
  }, []);
  const request = useMemo(
    () => toRequest(entityRef, draft),
    [entityRef, draft],
  );
  const { preview, error, isChecking, retry } = useBuildPreview(request);
  const methods = useQuery({
    queryKey: ['build-methods'],
    queryFn: ({ signal }) => api.listBuildMethods({ signal }),
    retry: 1,
  });
  const executors = useExecutors();
  const executorTitle = useExecutorTitles();
  const places = infrastructureChoices(t, executors ?? []);
  const keyOf = useIdempotencyKeys();
  const submit = useMutation({
    mutationFn: (body: BuildRequest) =>
      api.submitBuild(body, { idempotencyKey: keyOf(body) }),
    onSuccess: build => {
      queryClient.invalidateQueries({ queryKey: ['builds'] });
      onSubmitted(build);
    },
  });

  const methodId = draft.method ?? preview?.method;
  const inputs = methods.data?.items.find(({ id }) => id === methodId)?.inputs;
  const problems = sortProblems(
    [
      ...draftProblems(t, draft, preview?.problems),
      ...(preview?.problems ?? []).map(each => labelProblem(each, inputs)),
    ],
    places ? [] : ['/infrastructure'],
  );
  const isBlocked = problems.isBlocked || Boolean(draft.incomplete?.length);
  const isChecked = preview !== undefined && error === undefined;
  const canSubmit = isChecked && !isBlocked && !submit.isPending;

  const form = useRef<HTMLFormElement>(null);
  const [isWhole, setWhole] = useState(false);
  const onWhole = useCallback(() => setWhole(true), []);
  useShowMarked(form, {
    marks: [...problems.blocking, ...(draft.incomplete ?? [])].join('\n'),
    hasTyped: Object.keys(draft).length > 0,
    isWhole,
    submitError: submit.error,
  });

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (canSubmit) {
      submit.mutate(request);
    }
  };

  return (
    <form
      ref={form}
      onSubmit={onSubmit}
      className={`${styles.whole} ${readable}`}
      noValidate
    >
      <DialogBody>
        <div className={styles.form}>
          <FormNotices
            problems={problems}
            previewError={error ?? methods.error ?? undefined}
            onRetry={() => {
              retry();
              methods.refetch();
            }}
          />
          <BuildFields
            draft={draft}
            onChange={change}
            onIncomplete={onIncomplete}
            onWhole={onWhole}
            preview={preview}
            methods={methods.data?.items}
            executorTitle={executorTitle}
            places={places}
            problems={problems}
            hasFailed={Boolean(error)}
          />
          {submit.error && (
            <Alert
              role="alert"
              status="danger"
              icon
              title={t('dialog.submitFailed')}
              description={`${errorSentence(submit.error)} ${t(
                'dialog.submitFailedNext',
              )}`}
            />
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <div className={styles.reason} role="status">
          <SubmitReason
            isBlocked={isBlocked}
            hasFailed={Boolean(error)}
            isChecking={isChecking}
            onShow={() => form.current && showMarked(form.current)}
          />
        </div>
        <Button variant="secondary" slot="close">
          {t('dialog.cancel')}
        </Button>
        <Button
          type="submit"
          variant="primary"
          isDisabled={!isChecked || isBlocked}
          isPending={submit.isPending}
        >
          {t('dialog.submit')}
        </Button>
      </DialogFooter>
    </form>
  );
}
