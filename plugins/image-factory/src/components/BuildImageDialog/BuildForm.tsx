import { FormEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Alert, Button, DialogBody, DialogFooter, Text } from '@backstage/ui';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Build,
  BuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { errorMessage } from '../../format';
import { useExecutors, useWords } from '../../hooks';
import { readable } from '../QueryRoot';
import {
  BuildDraft,
  MAX_MINUTES,
  draftProblems,
  toRequest,
} from './buildDraft';
import { BuildFields } from './BuildFields';
import { FormNotices } from './FormNotices';
import { infrastructureChoices } from './infrastructureChoices';
import { sortProblems } from './sortProblems';
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

  const problems = sortProblems(
    [
      ...draftProblems(
        draft,
        {
          imageMissing: t('dialog.imageMissing'),
          timeoutInvalid: t('dialog.timeoutInvalid'),
          timeoutTooLong: t('dialog.timeoutTooLong', { minutes: MAX_MINUTES }),
        },
        preview?.problems,
      ),
      ...(preview?.problems ?? []),
    ],
    places ? [] : ['/infrastructure'],
  );
  const isBlocked = problems.isBlocked || Boolean(draft.incomplete?.length);
  const canSubmit = preview !== undefined && !isBlocked && !submit.isPending;

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
            executors={executors}
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
              description={`${errorMessage(submit.error)} ${t(
                'dialog.submitFailedNext',
              )}`}
            />
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <div className={styles.reason} role="status">
          {reasonText()}
        </div>
        <Button variant="secondary" slot="close">
          {t('dialog.cancel')}
        </Button>
        <Button
          type="submit"
          variant="primary"
          isDisabled={preview === undefined || isBlocked}
          isPending={submit.isPending}
        >
          {t('dialog.submit')}
        </Button>
      </DialogFooter>
    </form>
  );

  function reasonText() {
    if (isBlocked) {
      return (
        <>
          <Text color="danger">{t('dialog.blocked')}</Text>{' '}
          <Button
            size="small"
            variant="tertiary"
            onPress={() => form.current && showMarked(form.current)}
          >
            {t('dialog.showMarked')}
          </Button>
        </>
      );
    }
    return isChecking ? (
      <Text color="secondary">{t('dialog.checking')}</Text>
    ) : null;
  }
}
