import {
  BuildProblem,
  BuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';

/**
 * What the reader has typed so far. A field that nobody has touched is absent,
 * so that the backend goes on giving it its default.
 */
export type BuildDraft = {
  image?: string;
  method?: string;
  /** Of sources in git. */
  ref?: string;
  parameters?: Record<string, unknown>;
  /** The inputs that hold something which `parameters` cannot, such as two rows of the same name. */
  incomplete?: string[];
  tags?: string;
  /** An executor by its id or its type, or `auto`. */
  infrastructure?: string;
  timeoutMinutes?: string;
};

/** More cannot be asked for. What a portal allows is less as a rule, and the preview tells that. */
export const MAX_MINUTES = 24 * 60;

/** The request that a draft stands for. What cannot be sent is left out; see {@link draftProblems}. */
export function toRequest(entityRef: string, draft: BuildDraft): BuildRequest {
  const request: BuildRequest = { entityRef };
  if (draft.image?.trim()) {
    request.image = draft.image.trim();
  }
  if (draft.method) {
    request.method = draft.method;
  }
  if (draft.ref?.trim()) {
    request.ref = draft.ref.trim();
  }
  if (draft.parameters) {
    request.parameters = draft.parameters;
  }
  const tags = splitTags(draft.tags ?? '');
  if (tags.length > 0) {
    request.tags = tags;
  }
  if (draft.infrastructure) {
    request.infrastructure = draft.infrastructure;
  }
  const minutes = parseMinutes(draft.timeoutMinutes);
  if (minutes !== undefined) {
    request.timeoutSeconds = Math.min(minutes, MAX_MINUTES) * 60;
  }
  return request;
}

/** What is wrong with a draft before it can be sent anywhere. */
export function draftProblems(
  draft: BuildDraft,
  words: Record<'imageMissing' | 'timeoutInvalid' | 'timeoutTooLong', string>,
  /** What the preview has found of it. */
  found: BuildProblem[] = [],
): BuildProblem[] {
  const problems: BuildProblem[] = [];
  if (draft.image !== undefined && !draft.image.trim()) {
    problems.push({
      path: '/image',
      message: words.imageMissing,
      blocking: true,
    });
  }
  if (
    draft.timeoutMinutes !== undefined &&
    draft.timeoutMinutes.trim() !== '' &&
    parseMinutes(draft.timeoutMinutes) === undefined
  ) {
    problems.push({
      path: '/timeoutSeconds',
      message: words.timeoutInvalid,
      blocking: true,
    });
  }
  // One limit is told, and the portal's own is the lower one.
  if (
    (parseMinutes(draft.timeoutMinutes) ?? 0) > MAX_MINUTES &&
    !found.some(({ path }) => path === '/timeoutSeconds')
  ) {
    problems.push({
      path: '/timeoutSeconds',
      message: words.timeoutTooLong,
      blocking: true,
    });
  }
  return problems;
}

function splitTags(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function parseMinutes(text: string | undefined): number | undefined {
  if (!text || !/^\s*\d+\s*$/.test(text)) {
    return undefined;
  }
  const minutes = Number(text);
  return minutes >= 1 ? minutes : undefined;
}
