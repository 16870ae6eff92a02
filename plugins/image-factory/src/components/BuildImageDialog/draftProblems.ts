import { BuildProblem } from '@image-factory/backstage-plugin-image-factory-common';
import { Words } from '../../hooks';
import { BuildDraft, parseMinutes, splitTags } from './buildDraft';
import { REQUEST_LIMITS, lengthOf } from './requestLimits';

/** As much of a long tag as tells which one it is. */
const SHOWN_OF_TAG = 20;

/** What is wrong with a draft before it can be sent anywhere. */
export function draftProblems(
  t: Words,
  draft: BuildDraft,
  /** What the preview has found of it. */
  found: BuildProblem[] = [],
): BuildProblem[] {
  return [
    ...imageProblems(t, draft.image),
    ...refProblems(t, draft.ref),
    ...tagProblems(t, splitTags(draft.tags)),
    ...timeoutProblems(t, draft.timeoutMinutes, found),
  ];
}

function imageProblems(t: Words, image: string | undefined): BuildProblem[] {
  if (image === undefined) return [];
  const length = lengthOf(image.trim());
  const max = REQUEST_LIMITS.image;
  if (length === 0) return [problem('/image', t('dialog.imageMissing'))];
  return length > max
    ? [problem('/image', t('dialog.imageTooLong', { length, max }))]
    : [];
}

function refProblems(t: Words, ref: string | undefined): BuildProblem[] {
  const length = lengthOf((ref ?? '').trim());
  const max = REQUEST_LIMITS.ref;
  return length > max
    ? [problem('/ref', t('dialog.refTooLong', { length, max }))]
    : [];
}

function tagProblems(t: Words, tags: string[]): BuildProblem[] {
  const max = REQUEST_LIMITS.tag;
  const problems = tags
    .filter(tag => lengthOf(tag) > max)
    .map(tag =>
      problem(
        '/tags',
        t('dialog.tagTooLong', {
          tag: [...tag].slice(0, SHOWN_OF_TAG).join(''),
          length: lengthOf(tag),
          max,
        }),
      ),
    );
  if (tags.length > REQUEST_LIMITS.tags) {
    const amount = tags.length;
    const most = REQUEST_LIMITS.tags;
    problems.push(
      problem('/tags', t('dialog.tagsTooMany', { amount, max: most })),
    );
  }
  return problems;
}

function timeoutProblems(
  t: Words,
  text: string | undefined,
  found: BuildProblem[],
): BuildProblem[] {
  const path = '/timeoutSeconds';
  if (text === undefined || text.trim() === '') return [];
  const minutes = parseMinutes(text);
  if (minutes === undefined) return [problem(path, t('dialog.timeoutInvalid'))];
  // One limit is told, and the portal's own is the lower one.
  const isTold = found.some(each => each.path === path);
  return minutes > REQUEST_LIMITS.minutes && !isTold
    ? [
        problem(
          path,
          t('dialog.timeoutTooLong', { minutes: REQUEST_LIMITS.minutes }),
        ),
      ]
    : [];
}

function problem(path: string, message: string): BuildProblem {
  return { path, message, blocking: true };
}
